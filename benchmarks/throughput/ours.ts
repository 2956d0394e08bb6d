/**
 * A variant's training step as a process of its own, which speaks the peers' protocol (../peers/peer_protocol.py):
 *
 *     tsx throughput/ours.ts --gan pix2pix --model '{"imageSize": 64}' --batch 8 [--cycle 1] [--level 3 --fade 0.5]
 *         [--threads 2] [--provider cpu]
 */
import { parseArgs } from "node:util";
import { type BackendOptions, configure, explain } from "@gan/backend-ort";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { serveSteps, statusMegabytes } from "../../packages/backend-ort/bench/serve-steps.js";
import type { GanName } from "./cases.js";
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
  },
});
configure({ threads: Number(values.threads), provider: values.provider as BackendOptions["provider"] });
await setBackend("ort");
await ready();
const idleMegabytes = statusMegabytes("VmRSS") ?? 0;
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const takeStep = createStep({
  gan: values.gan as GanName,
  model: JSON.parse(values.model),
  batch: Number(values.batch),
  level: number(values.level),
  fade: number(values.fade),
});

async function run(): Promise<number[]> {
  let losses: number[] = [];
  for (let step = 0; step < Number(values.cycle); step++) losses = await takeStep();
  return losses;
}

await serveSteps({ graph: `${values.gan} step`, explain, backend: "ort", idleMegabytes, run });
