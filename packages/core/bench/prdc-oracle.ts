/**
 * Precision, recall, density and coverage of two samples of 10,000 × 1,000-d N(0, I), k = 5, against their definition
 * in numpy on the same samples: equal to the sixth digit, or the process fails. Takes a few minutes and writes
 * `results/prdc-oracle.json`:
 *
 *     GAN_PEER_PYTHON=.venv/bin/python pnpm --filter @gan/core oracle:prdc [--draws 2]
 *
 * For such samples Naeem et al. print what one pair of theirs gave. Pairs differ by more than a hundredth, as numpy's
 * fresh ones show: a few points near the middle of all decide. The expected density of equal distributions is 1.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { multiplyDoubles } from "@gan/backend-ort";
import { computePrecisionRecall, type PrecisionRecall, Random } from "@gan/core";

const { values: flags } = parseArgs({ options: { draws: { type: "string", default: "2" } } });
const published: PrecisionRecall = { precision: 0.4772, recall: 0.4705, density: 1.0555, coverage: 0.9735 };
const [count, size, neighbours] = [10_000, 1_000, 5];
const python = process.env.GAN_PEER_PYTHON ?? "python3";

const samples = [1, 2].map((seed) => new Random(seed).normals(count * size)) as [Float32Array, Float32Array];
const [real, fake] = samples.map((values) => ({ values, count, size })) as [Matrix, Matrix];
const start = performance.now();
const measured = computePrecisionRecall(real, fake, {
  neighbours,
  densityNeighbours: neighbours,
  multiply: multiplyDoubles,
});
const seconds = Number(((performance.now() - start) / 1000).toFixed(1));

const { same, fresh } = askNumpy();
const machine = { cpu: cpus()[0]?.model, threads: cpus().length };
const result = { count, size, neighbours, measured, numpy: same, published, fresh, seconds, machine };
console.log(result);
writeFileSync(new URL("results/prdc-oracle.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
for (const name of Object.keys(published) as (keyof PrecisionRecall)[]) {
  if (Math.abs(measured[name] - same[name]) <= 1e-6) continue;
  console.error(`${name} must be numpy's ${same[name]}, got ${measured[name]}`);
  process.exitCode = 1;
}

interface Matrix {
  values: Float32Array;
  count: number;
  size: number;
}

function askNumpy(): { same: PrecisionRecall; fresh: PrecisionRecall[] } {
  const folder = mkdtempSync(join(tmpdir(), "gan-prdc-"));
  try {
    const files = samples.map((values, index) => {
      const path = join(folder, `${index}.f32`);
      writeFileSync(path, values);
      return path;
    });
    const script = fileURLToPath(new URL("prdc_peer.py", import.meta.url));
    const args = [script, ...files, ...[count, size, neighbours].map(String), flags.draws];
    const done = spawnSync(python, args, { encoding: "utf8" });
    if (done.status !== 0)
      throw new Error(`${python} ended with ${done.status}: ${done.stderr ?? done.error}`);
    return JSON.parse(done.stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
