/**
 * Times training steps of Pix2Pix or CycleGAN as the trainer takes them, on one batch of random pictures: noise
 * drawn, image pools kept, measures read.
 *
 *     tsx translation/ours.ts --network pix2pix-64x1x32 --rounds 10 [--threads 2]
 */
import { parseArgs } from "node:util";
import { configure, explain } from "@gan/backend-ort";
import { createCycleGan } from "@gan/cyclegan";
import { createPix2Pix, Random, Trainer } from "@gan/pix2pix";
import { ready, setBackend, tensor4d } from "@tensorflow/tfjs-core";
import { parseNetwork } from "./parse-network.js";

const { values } = parseArgs({
  options: {
    network: { type: "string", default: "pix2pix-64x1x32" },
    rounds: { type: "string", default: "10" },
    threads: { type: "string", default: "0" },
  },
});
const { network, size, batch, features } = parseNetwork(values.network);
configure({ threads: Number(values.threads) });
await setBackend("ort");
await ready();
const random = new Random(1);
const draw = () =>
  tensor4d(
    random.uniforms(batch * size * size * 3).map((value) => 2 * value - 1),
    [batch, size, size, 3],
  );
const sizes = { imageSize: size, generatorFeatures: features, discriminatorFeatures: features, seed: 1 };
const step =
  network === "pix2pix"
    ? takeSteps(new Trainer(createPix2Pix(sizes), new Random(1)), { input: draw(), target: draw() })
    : takeSteps(new Trainer(createCycleGan({ ...sizes, residualBlocks: 9 }), new Random(1)), {
        a: draw(),
        b: draw(),
      });

function takeSteps<Batch>(trainer: { step(batch: Batch, batchSize: number): unknown }, pictures: Batch) {
  return () => trainer.step(pictures, batch);
}

for (let warmUp = 0; warmUp < 2; warmUp++) step();
const milliseconds = Array.from({ length: Number(values.rounds) }, () => {
  const start = performance.now();
  step();
  return performance.now() - start;
}).sort((a, b) => a - b);
console.log(
  JSON.stringify({
    peer: "ours",
    version: "workspace",
    threads: explain().threads,
    setting: explain().provider.used,
    nodes: explain().graphs.find(({ name }) => name === `${network} step`)?.nodes,
    medianMilliseconds: milliseconds[milliseconds.length >> 1],
  }),
);
