/**
 * Where a network's training step spends its time: ONNX Runtime's profile of one network, summed by operator and by
 * the tfjs kernel that it came from.
 *
 *     pnpm --filter @gan/backend-ort bench:profile cyclegan-64x1x32 [--threads N] [--steps N] [--rows N]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { configure, explain } from "../src/index.js";
import { createNetworkStep, parseNetwork } from "./networks/workloads.js";
import { computeMedian } from "./statistics.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: "string", default: "0" },
    steps: { type: "string", default: "10" },
    rows: { type: "string", default: "40" },
  },
});
const { network, size } = parseNetwork(positionals[0] ?? "");
const folder = mkdtempSync(join(tmpdir(), "gan-profile-"));
await tf.setBackend("ort");
const steps = Number(values.steps);
const run = (step: ReturnType<typeof createNetworkStep>, count: number): number => {
  const at = tf.scalar(count, "float32");
  const start = performance.now();
  const losses = step.run(at);
  for (const loss of losses) loss.dataSync();
  const milliseconds = performance.now() - start;
  tf.dispose([at, losses]);
  return milliseconds;
};
configure({ threads: Number(values.threads) });
const plain = createNetworkStep(network, size);
const times = Array.from({ length: steps }, (_, index) => run(plain, index + 1));
const profiled = createNetworkStep(network, size);
configure({ profileFolder: folder });
for (let count = 1; count <= steps; count++) run(profiled, count);
const graph = explain().graphs.find(({ name }) => name === plain.graph);
console.log(
  `${positionals[0]}: ${computeMedian(times).toFixed(1)} ms, ${graph?.nodes} nodes, compiled in ${graph?.compileMillis.toFixed(0)} ms, ${((graph?.operations ?? 0) / 1e9).toFixed(2)} GFLOP executed, ${(plain.neededOperations / 1e9).toFixed(2)} needed`,
);
profiled.dispose();

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/** Microseconds of a step by a key of the node. */
const sums = { operator: new Map<string, number>(), node: new Map<string, number>() };
const counts = new Map<string, number>();
for (const file of readdirSync(folder)) {
  const text = readFileSync(join(folder, file), "utf8");
  // Graphs of eager execution are still open, and so are their profiles.
  if (!text.endsWith("]\n")) continue;
  const events = JSON.parse(text) as ProfileEvent[];
  for (const { cat, name, dur, args } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time")) continue;
    const operator = args?.op_name ?? "";
    const origin = name.slice(0, -"_kernel_time".length);
    sums.operator.set(operator, (sums.operator.get(operator) ?? 0) + dur / steps);
    counts.set(operator, (counts.get(operator) ?? 0) + 1 / steps);
    const key = `${operator.padEnd(18)} ${origin.replace(/^\d+ */, "")}`;
    sums.node.set(key, (sums.node.get(key) ?? 0) + dur / steps);
    counts.set(key, (counts.get(key) ?? 0) + 1 / steps);
  }
}
rmSync(folder, { recursive: true });
for (const [title, map] of Object.entries(sums)) {
  const sorted = [...map].sort(([, a], [, b]) => b - a);
  const total = sorted.reduce((sum, [, micros]) => sum + micros, 0);
  console.log(`\nby ${title}, ${(total / 1e3).toFixed(1)} ms a step`);
  for (const [key, micros] of sorted.slice(0, Number(values.rows))) {
    const count = (counts.get(key) as number).toFixed(0);
    console.log(`${(micros / 1e3).toFixed(2).padStart(9)} ms ${count.padStart(5)} × ${key}`);
  }
}
process.exit(0);
