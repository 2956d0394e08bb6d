/**
 * Precision, recall, density and coverage of two samples of 10,000 × 1,000-d N(0, I), k = 5, for which Naeem et
 * al. expect about .4772, .4705, 1.0555 and .9735. Takes a few minutes and writes `results/prdc-oracle.json`:
 *
 *     pnpm --filter @gan/core oracle:prdc
 */
import { writeFileSync } from "node:fs";
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
const result = { count, size, neighbours: 5, measured, expected, seconds: Number(seconds.toFixed(1)) };
console.log(result);
writeFileSync(new URL("results/prdc-oracle.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
for (const [name, value] of Object.entries(expected)) {
  if (Math.abs(measured[name as keyof typeof measured] - value) > 0.01) {
    console.error(`${name} must be within .01 of ${value}`);
    process.exitCode = 1;
  }
}
