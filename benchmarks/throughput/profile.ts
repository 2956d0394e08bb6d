/**
 * Where a variant's training step spends its time: ONNX Runtime's profile of one case of `bench:throughput`, summed by
 * operator and by the tfjs kernel that a node came from:
 *
 *     pnpm --filter @gan/benchmarks bench:profile cyclegan-noto-twemoji-64 [--threads N] [--steps N] [--rows N]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { configure, explain } from "@gan/backend-ort";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { findVariant, loadBench } from "../variants/find-variants.js";
import { listCases } from "./cases.js";
import { createStep } from "./create-step.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: "string", default: "0" },
    steps: { type: "string", default: "10" },
    rows: { type: "string", default: "40" },
  },
});
const cases = await listCases();
const chosen = cases.find(({ name }) => name === positionals[0]);
if (chosen === undefined) {
  throw new RangeError(
    `no case ${positionals[0] ?? "is named"}. Cases: ${cases.map(({ name }) => name).join(", ")}`,
  );
}
const folder = mkdtempSync(join(tmpdir(), "gan-profile-"));
const steps = Number(values.steps) * chosen.cycle;
configure({ threads: Number(values.threads), provider: "cpu" });
await setBackend("ort");
await ready();

/** Milliseconds of a step: the mean, so that lazy phases count by how often they fall due. The first cycle compiles. */
async function timeSteps(takeStep: () => Promise<unknown>, cycle: number): Promise<number> {
  for (let step = 0; step < cycle; step++) await takeStep();
  const start = performance.now();
  for (let step = 0; step < steps; step++) await takeStep();
  return (performance.now() - start) / steps;
}

const takeStep = createStep(await loadBench(findVariant(chosen.gan)), chosen);
const milliseconds = await timeSteps(takeStep, chosen.cycle);
configure({ profileFolder: folder });
await timeSteps(takeStep, chosen.cycle);
for (const { name, nodes, operations, compileMillis } of explain().graphs) {
  if (name !== `${chosen.gan} step`) continue;
  console.log(
    `${nodes} nodes, compiled in ${compileMillis.toFixed(0)} ms, ${(operations / 1e9).toFixed(2)} GFLOP`,
  );
}
console.log(`${chosen.name}: ${milliseconds.toFixed(1)} ms a step`);
// A step that is compiled anew ends the profiled session, which then writes its profile.
configure({ profileFolder: undefined });
for (let step = 0; step < chosen.cycle; step++) await takeStep();

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/** Microseconds and calls of all profiled steps by a key of the node. */
type Sums = Map<string, { micros: number; calls: number }>;
const byOperator: Sums = new Map();
const byNode: Sums = new Map();
const add = (sums: Sums, key: string, micros: number): void => {
  const known = sums.get(key) ?? { micros: 0, calls: 0 };
  sums.set(key, { micros: known.micros + micros, calls: known.calls + 1 });
};
for (const file of readdirSync(folder)) {
  const text = readFileSync(join(folder, file), "utf8");
  if (!text.endsWith("]\n")) continue; // of a graph that is still in use
  for (const { cat, name, dur, args } of JSON.parse(text) as ProfileEvent[]) {
    if (cat !== "Node" || !name.endsWith("_kernel_time")) continue;
    const operator = args?.op_name ?? "";
    const origin = name.slice(0, -"_kernel_time".length).replace(/^\d+ */, "");
    add(byOperator, operator, dur);
    add(byNode, `${operator.padEnd(18)} ${origin}`, dur);
  }
}
rmSync(folder, { recursive: true });
const profiled = steps + chosen.cycle;
for (const [title, sums] of Object.entries({ operator: byOperator, kernel: byNode })) {
  const sorted = [...sums].sort(([, a], [, b]) => b.micros - a.micros);
  const total = sorted.reduce((sum, [, { micros }]) => sum + micros, 0);
  console.log(`\nby ${title}, ${(total / profiled / 1e3).toFixed(1)} ms a step`);
  for (const [key, { micros, calls }] of sorted.slice(0, Number(values.rows))) {
    const each = (micros / profiled / 1e3).toFixed(2).padStart(9);
    console.log(`${each} ms ${(calls / profiled).toFixed(0).padStart(5)} × ${key}`);
  }
}
process.exit(0);
