/**
 * A training step on one provider of ONNX Runtime, as a process of its own that prints one line of JSON:
 *
 *     tsx devices/measure-step.ts '{"gan": "dcgan", "case": "dcgan-mnist-32", "provider": "webgpu", "seconds": 3}'
 *
 * A step is awaited as in training: its losses are read after each.
 */
import { configure, explain } from "@gan/backend-ort";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { statusMegabytes } from "../../packages/backend-ort/bench/serve-steps.js";
import { createCases } from "../throughput/cases.js";
import { createStep } from "../throughput/create-step.js";
import { findVariant, loadBench } from "../variants/find-variants.js";
import type { MeasuredStep, StepOrder } from "./rows.js";

const order = JSON.parse(process.argv[2] ?? "{}") as StepOrder;
const bench = await loadBench(findVariant(order.gan));
const one = createCases(order.gan, bench).find(({ name }) => name === order.case);
if (one === undefined) throw new RangeError(`${order.gan} has no case ${order.case}`);
configure({ provider: order.provider });
await setBackend("ort");
await ready();
const { used, adapter, notice } = explain().provider;
if (used !== order.provider) throw new Error(notice);

const { cycle } = one;
const batch = order.batch ?? one.batch;
// A growing GAN has its batches by side.
const model = order.batch === undefined ? one.model : (bench.withBatch?.(one.model, batch) ?? one.model);
const idleMegabytes = statusMegabytes("VmRSS") ?? 0;
const started = performance.now();
const takeStep = createStep(bench, { ...one, model, batch });
const losses: number[][] = [];
/** Steps whose losses are kept, for a comparison with another provider's. */
const compared = 10;
let firstMillis = 0;
// Whole cycles, so that every lazy phase is compiled.
for (let step = 0; step < Math.max(compared, cycle + 1); step++) {
  losses.push(await takeStep());
  if (step === 0) firstMillis = performance.now() - started;
}
const millis: number[] = [];
const end = performance.now() + 1000 * order.seconds;
while (millis.length < 3 || performance.now() < end) {
  const start = performance.now();
  for (let step = 0; step < cycle; step++) losses.push(await takeStep());
  millis.push((performance.now() - start) / cycle);
}
if (!losses.flat().every(Number.isFinite)) throw new Error("a loss is not finite");
millis.sort((a, b) => a - b);
const quantile = (part: number) => millis[Math.floor(part * (millis.length - 1))] as number;

// The graph that runs most often is the step; those of lazy phases weigh by how often they ran.
const graphs = explain().graphs.filter(({ name }) => name === `${order.gan} step`);
const runs = graphs.reduce((sum, graph) => sum + graph.runs, 0);
const mean = (pick: (graph: (typeof graphs)[number]) => number) =>
  graphs.reduce((sum, graph) => sum + (pick(graph) * graph.runs) / runs, 0);
const onCpu: Record<string, number> = {};
for (const { nodesOnCpu } of graphs) {
  for (const [operator, count] of Object.entries(nodesOnCpu)) {
    onCpu[operator] = Math.max(onCpu[operator] ?? 0, count);
  }
}
const peak = statusMegabytes("VmHWM");
const measured: MeasuredStep = {
  ...{ batch, side: one.side, about: one.about, cycle },
  adapter: adapter?.name ?? null,
  stepMs: quantile(0.5),
  quartiles: [quantile(0.25), quantile(0.75)],
  imagesPerSecond: (1000 * batch) / quantile(0.5),
  firstSeconds: firstMillis / 1000,
  steps: losses.length,
  losses: losses.slice(0, compared),
  nodes: Math.round(mean(({ nodes }) => nodes)),
  nodesOnCpu: onCpu,
  gigaflop: mean(({ operations }) => operations) / 1e9,
  bytes: { products: mean(({ bytes }) => bytes.products), others: mean(({ bytes }) => bytes.others) },
  deviceMB: explain().deviceBytes / 1e6,
  peakMemoryMB: peak === undefined ? null : peak - idleMegabytes,
};
console.log(JSON.stringify(measured));
// Threads of a graphics driver may keep a process.
process.exit(0);
