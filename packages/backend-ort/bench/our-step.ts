/**
 * Our training step as a process of its own, which speaks the peers' protocol (benchmarks/peers/peer_protocol.py):
 *
 *     tsx bench/our-step.ts --size 64 --batch 64 --features 64 --threads 2 [--backend cpu] [--provider webgpu]
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { type BackendOptions, configure, explain } from "../src/index.js";
import { noiseSize } from "./dcgan-networks.js";
import { createDcganStep } from "./dcgan-step.js";
import { fillNormal } from "./noise.js";

const { values } = parseArgs({
  options: {
    size: { type: "string", default: "64" },
    batch: { type: "string", default: "64" },
    features: { type: "string", default: "64" },
    threads: { type: "string", default: "0" },
    backend: { type: "string", default: "ort" },
    provider: { type: "string", default: "cpu" },
  },
});
const [size, batch, features] = [Number(values.size), Number(values.batch), Number(values.features)];
if (values.backend === "ort") {
  configure({ threads: Number(values.threads), provider: values.provider as BackendOptions["provider"] });
}
await tf.setBackend(values.backend);
await tf.ready();
const idleMegabytes = statusMegabytes("VmRSS") ?? 0;

const dcgan = createDcganStep({ size, features });
const real = tf.randomUniform<tf.Rank.R4>([batch, size, size, 3], -1, 1, "float32", 1);
let count = 0;

function step(): [number, number] {
  const noise = tf.tensor2d(fillNormal(new Float32Array(batch * noiseSize)), [batch, noiseSize]);
  const at = tf.scalar(++count, "float32");
  const losses = dcgan.train(noise, real, at);
  const values: [number, number] = [losses.discriminator.dataSync()[0]!, losses.generator.dataSync()[0]!];
  tf.dispose([noise, at, losses.discriminator, losses.generator]);
  return values;
}

function timeSteps(steps: number) {
  const before = ownGraph();
  const milliseconds: number[] = [];
  let losses: [number, number] = [Number.NaN, Number.NaN];
  for (let index = 0; index < steps; index++) {
    const start = performance.now();
    losses = step();
    milliseconds.push(performance.now() - start);
  }
  const after = ownGraph();
  const peak = statusMegabytes("VmHWM");
  return {
    milliseconds,
    losses,
    peakMemoryMB: peak === undefined ? null : peak - idleMegabytes,
    ...(after && {
      runMilliseconds: after.runMillis - (before?.runMillis ?? 0),
      compileMilliseconds: after.compileMillis,
      operations: after.operations,
      kernels: after.kernels,
      nodes: after.nodes,
    }),
  };
}

function ownGraph() {
  return explain().graphs.find(({ name }) => name === "dcganStep");
}

/** Megabytes (1e6 bytes) of a field of /proc/self/status; undefined on systems without /proc. */
function statusMegabytes(field: string): number | undefined {
  try {
    const line = readFileSync("/proc/self/status", "utf8").match(new RegExp(`^${field}:\\s+(\\d+) kB`, "m"));
    return line ? (Number(line[1]) * 1024) / 1e6 : undefined;
  } catch {
    return undefined;
  }
}

const answer = (value: unknown) => console.log(JSON.stringify(value));
const warmUpStart = performance.now();
// tfjs's own backend needs no compiling, and a step of it takes long.
if (values.backend === "ort") timeSteps(2);
answer({
  peer: values.backend === "ort" ? "ours" : `tfjs-${values.backend}`,
  version: tf.version_core,
  threads: values.backend === "ort" ? explain().threads : 1,
  setting: values.backend === "ort" ? explain().provider.used : "eager",
  warmUpMilliseconds: performance.now() - warmUpStart,
});
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as { steps?: number; quit?: boolean };
  if (request.quit) break;
  answer(request.steps ? timeSteps(request.steps) : { error: `expected steps or quit, got ${line}` });
}
process.exit(0);
