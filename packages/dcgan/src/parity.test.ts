import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { decodeSafetensors, type ImageBatch } from "@gan/core";
import { testParity } from "@gan/test-kit/variant";
import { type Tensor4D, tensor4d } from "@tensorflow/tfjs-core";
import { createDcgan } from "./dcgan.js";
import type { DcganNetwork } from "./phases.js";

// The fixture with which @gan/backend-ort is tested: make-dcgan-fixture.py beside it made it in PyTorch, in float64.
const backend = createRequire(import.meta.url).resolve("@gan/backend-ort/package.json");
const bytes = readFileSync(new URL("fixtures/dcgan.safetensors", `file://${backend}`));
const fixture = decodeSafetensors(bytes, "dcgan.safetensors");

/** That fixture's name of one of our variables. */
function nameThere(name: string): string {
  const [, kind, network, variable] = /^(start|end|gradients)\.(\w+)\.(.+)$/.exec(name) ?? [];
  if (variable === undefined) return name;
  const isGenerator = network === "generator";
  const fixed: Record<string, string> = {
    "project.weight": "projection",
    "projectNorm.gamma": "levels.0.scale",
    "projectNorm.beta": "levels.0.shift",
    "toImage.weight": "levels.2.kernel",
    "fromImage.weight": "levels.0.kernel",
    "judge.weight": "logit",
    "head.judge.weight": "logit",
  };
  const [, block, part] = /^blocks\.(\d)\.(.+)$/.exec(variable) ?? [];
  const level = Number(block);
  const inBlock: Record<string, string> = {
    "conv.weight": `levels.${isGenerator ? level : level + 1}.kernel`,
    "norm.gamma": `levels.${level + 1}.scale`,
    "norm.beta": `levels.${level + 1}.shift`,
  };
  return `${kind}.${network}.${fixed[variable] ?? inBlock[part ?? ""]}`;
}

const stored = (name: string) => {
  const found = fixture.get(nameThere(name));
  if (found === undefined) throw new Error(`the fixture holds no ${nameThere(name)}, for ${name}`);
  return found;
};

testParity<DcganNetwork, ImageBatch>("dcgan, against PyTorch", {
  create: () =>
    createDcgan({
      imageSize: 32,
      channels: 3,
      latentSize: 100,
      generatorFeatures: 8,
      discriminatorFeatures: 8,
    }),
  stored,
  steps: 5,
  epsilon: 1e-4,
  batchSize: 8,
  createBatch(step) {
    const { values, shape } = stored(`steps.${step}.real`);
    return { images: tensor4d(values, shape as Tensor4D["shape"]) };
  },
  noise: (step) => [stored(`steps.${step}.noise`)],
  losses(step, measured) {
    const [discriminator, generator] = stored(`steps.${step}.losses`).values as unknown as [number, number];
    const sum = (phase: string) =>
      Object.entries(measured).reduce(
        (total, [name, value]) => total + (name.startsWith(`${phase}.`) ? value : 0),
        0,
      );
    return [
      [sum("discriminator"), discriminator],
      [sum("generator"), generator],
    ];
  },
});
