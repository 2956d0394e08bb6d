/**
 * A variant's training step as a process of its own, which speaks the peers' protocol (../peers/peer_protocol.py):
 *
 *     tsx throughput/ours.ts --gan pix2pix --model '{"imageSize": 64}' --batch 8 [--cycle 1] [--level 3 --fade 0.5]
 *         [--threads 2] [--provider cpu | --backend tfjs-node | --backend tfjs-cpu]
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type BackendOptions, configure, explain } from "@gan/backend-ort";
import { type BackendName, startBackend } from "@gan/core/node";
import { ready, setBackend, version_core } from "@tensorflow/tfjs-core";
import {
  type ServedStep,
  serveSteps,
  statusMegabytes,
} from "../../packages/backend-ort/bench/serve-steps.js";
import { type AnyModel, findVariant, loadBench } from "../variants/find-variants.js";
import { createStep } from "./create-step.js";

const { values } = parseArgs({
  options: {
    gan: { type: "string", default: "dcgan" },
    model: { type: "string", default: "{}" },
    batch: { type: "string", default: "1" },
    cycle: { type: "string", default: "1" },
    level: { type: "string" },
    fade: { type: "string" },
    threads: { type: "string", default: "0" },
    provider: { type: "string", default: "cpu" },
    backend: { type: "string", default: "ort" },
  },
});
const { backend } = values;
let description: ServedStep["description"];
if (backend === "ort") {
  configure({ threads: Number(values.threads), provider: values.provider as BackendOptions["provider"] });
  await setBackend("ort");
  await ready();
} else {
  const threads = Number(values.threads) || availableParallelism();
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  const { library } = await startBackend(backend as BackendName);
  description = { version: library === undefined ? version_core : `4.22.0 on ${library}`, threads };
}
const bench = await loadBench(findVariant(values.gan));
const idleMegabytes = statusMegabytes("VmRSS") ?? 0;
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const takeStep = createStep(bench, {
  model: JSON.parse(values.model) as AnyModel,
  batch: Number(values.batch),
  level: number(values.level),
  fade: number(values.fade),
});

async function run(): Promise<number[]> {
  let losses: number[] = [];
  for (let step = 0; step < Number(values.cycle); step++) losses = await takeStep();
  return losses;
}

const graph = `${values.gan} step`;
await serveSteps({ graph, explain, backend, idleMegabytes, run, ...(description && { description }) });
