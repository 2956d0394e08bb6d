/**
 * Our training step of an image network as a process of its own, which speaks the peers' protocol
 * (benchmarks/peers/peer_protocol.py):
 *
 *     tsx bench/networks/our-step.ts --network cyclegan --size 64 --batch 1 --features 32 --threads 2 [--profile FOLDER]
 */
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { type BackendOptions, configure, explain } from "../../src/index.js";
import { serveSteps, statusMegabytes } from "../serve-steps.js";
import { createNetworkStep } from "./workloads.js";

const { values } = parseArgs({
  options: {
    network: { type: "string", default: "cyclegan" },
    size: { type: "string", default: "64" },
    batch: { type: "string", default: "1" },
    features: { type: "string", default: "32" },
    threads: { type: "string", default: "0" },
    provider: { type: "string", default: "cpu" },
  },
});
configure({ threads: Number(values.threads), provider: values.provider as BackendOptions["provider"] });
await tf.setBackend("ort");
await tf.ready();
const idleMegabytes = statusMegabytes("VmRSS") ?? 0;
const [pixels, batch, features] = [Number(values.size), Number(values.batch), Number(values.features)];
const step = createNetworkStep(values.network, { pixels, batch, features });
let count = 0;

function run(): number[] {
  const at = tf.scalar(++count, "float32");
  const losses = step.run(at);
  const numbers = losses.map((loss) => loss.dataSync()[0] as number);
  tf.dispose([at, losses]);
  return numbers;
}

await serveSteps({ graph: step.graph, explain, backend: "ort", idleMegabytes, run });
