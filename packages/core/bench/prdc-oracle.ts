/**
 * Precision, recall, density and coverage of two samples of 10,000 × 1,000-d N(0, I), k = 5, for which Naeem et
 * al. expect about .4772, .4705, 1.0555 and .9735. Takes a few minutes: npm run oracle:prdc --workspace @gan/core.
 */
import { multiplyDoubles } from "@gan/backend-ort";
import { computePrecisionRecall, Random } from "@gan/core";

const expected = { precision: 0.4772, recall: 0.4705, density: 1.0555, coverage: 0.9735 };
const [count, size] = [10_000, 1_000];
const draw = (seed: number) => ({ values: new Random(seed).normals(count * size), count, size });
const start = performance.now();
const measured = computePrecisionRecall(draw(1), draw(2), {
  neighbours: 5,
  densityNeighbours: 5,
  multiply: multiplyDoubles,
});
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ measured, expected, seconds: Number(seconds.toFixed(1)) }));
for (const [name, value] of Object.entries(expected)) {
  if (Math.abs(measured[name as keyof typeof measured] - value) > 0.01) {
    console.error(`${name} must be within .01 of ${value}`);
    process.exitCode = 1;
  }
}
