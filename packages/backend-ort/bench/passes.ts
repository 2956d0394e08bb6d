/**
 * What each pass over the graph gains: the same training step compiled with all of them and with one left out,
 * timed in turn in one process.
 *
 *     pnpm --filter @gan/backend-ort bench:passes [--json FILE] [--size 64x64x64] [--rounds N] [--threads N]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { configure, explain, PASSES, type Pass } from "../src/index.js";
import { noiseSize } from "./dcgan-networks.js";
import { createDcganStep, type DcganStep } from "./dcgan-step.js";
import { fillNormal } from "./noise.js";
import { parseSize } from "./sizes.js";
import { computeMedian } from "./statistics.js";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    size: { type: "string", default: "64x64x64" },
    rounds: { type: "string", default: "9" },
    threads: { type: "string", default: "0" },
  },
});
const { pixels, batch, features } = parseSize(values.size);
configure({ threads: Number(values.threads), provider: "cpu" });
await tf.setBackend("ort");
await tf.ready();

const real = tf.randomUniform<tf.Rank.R4>([batch, pixels, pixels, 3], -1, 1, "float32", 1);
const noise = tf.tensor2d(fillNormal(new Float32Array(batch * noiseSize)), [batch, noiseSize]);
let count = 0;

function timeStep(dcgan: DcganStep): number {
  const start = performance.now();
  const at = tf.scalar(++count, "float32");
  const losses = dcgan.train(noise, real, at);
  losses.generator.dataSync();
  tf.dispose([at, losses.discriminator, losses.generator]);
  return performance.now() - start;
}

interface Setting {
  readonly without: Pass | undefined;
  readonly step: DcganStep;
  readonly nodes: number;
  readonly milliseconds: number[];
}

const settings: Setting[] = [];
for (const without of [undefined, ...(Object.keys(PASSES) as Pass[])]) {
  configure({ withoutPasses: new Set(without ? [without] : []) });
  const step = createDcganStep({ size: pixels, features });
  timeStep(step);
  settings.push({ without, step, nodes: explain().graphs.at(-1)?.nodes ?? 0, milliseconds: [] });
  console.error(`compiled ${without ? `without ${without}` : "with all passes"}`);
}
for (let round = 0; round < Number(values.rounds); round++) {
  // Each round starts with another setting, so that none always follows the same one.
  for (let turn = 0; turn < settings.length; turn++) {
    const { step, milliseconds } = settings[(round + turn) % settings.length] as Setting;
    milliseconds.push(timeStep(step));
  }
}

const all = settings[0] as Setting;
const rows = settings.slice(1).map(({ without, nodes, milliseconds }) => ({
  size: values.size,
  pass: without as Pass,
  does: PASSES[without as Pass],
  allMs: computeMedian(all.milliseconds),
  withoutMs: computeMedian(milliseconds),
  // Rounds are compared with themselves, so that what disturbs one disturbs both sides.
  gain: computeMedian(milliseconds.map((time, round) => time / (all.milliseconds[round] as number))),
  allNodes: all.nodes,
  withoutNodes: nodes,
}));
for (const { pass, allMs, withoutMs, gain } of rows) {
  console.log(
    `${pass.padEnd(12)} ${allMs.toFixed(0)} ms, without it ${withoutMs.toFixed(0)} ms: ${gain.toFixed(2)} times`,
  );
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
process.exit(0);
