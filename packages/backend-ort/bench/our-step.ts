/**
 * Our DCGAN training step as a process of its own, which speaks the peers' protocol (benchmarks/peers/peer_protocol.py):
 *
 *     tsx bench/our-step.ts --size 64 --batch 64 --features 64 --threads 2 [--backend cpu] [--provider webgpu]
 */
import { parseArgs } from "node:util";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { type BackendOptions, configure, explain } from "../src/index.js";
import { noiseSize } from "./dcgan-networks.js";
import { createDcganStep } from "./dcgan-step.js";
import { fillNormal } from "./noise.js";
import { serveSteps, statusMegabytes } from "./serve-steps.js";

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

function run(): number[] {
  const noise = tf.tensor2d(fillNormal(new Float32Array(batch * noiseSize)), [batch, noiseSize]);
  const at = tf.scalar(++count, "float32");
  const losses = dcgan.train(noise, real, at);
  const values = [losses.discriminator.dataSync()[0] as number, losses.generator.dataSync()[0] as number];
  tf.dispose([noise, at, losses.discriminator, losses.generator]);
  return values;
}

await serveSteps({ graph: "dcganStep", explain, backend: values.backend, idleMegabytes, run });
