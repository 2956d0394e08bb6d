import "@gan/backend-ort";
import { readFileSync } from "node:fs";
import { decodeSafetensors, type Random, Trainer } from "@gan/core";
import { setBackend, type Tensor4D, tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createProgan, type Progan } from "./progan.js";

// Made by fixtures/make-progan-fixture.py in PyTorch, in float64.
const path = new URL("../fixtures/progan.safetensors", import.meta.url);
const bytes = readFileSync(path);
const header = JSON.parse(bytes.toString("utf8", 8, 8 + Number(bytes.readBigUInt64LE(0))));
const fixture = decodeSafetensors(bytes, "progan.safetensors");
const config = JSON.parse(header.__metadata__.config);
const networks = ["generator", "discriminator"] as const;
/** Steps in all, and the one whose gradients the fixture holds. */
const [steps, gradientStep] = [7, 3];

const stored = (name: string) => {
  const found = fixture.get(name);
  if (found === undefined) throw new Error(`the fixture holds no ${name}`);
  return found;
};

/** Noise as the fixture has it, in the order in which a step asks for it. */
function scriptNoise(): Random {
  let step = 0;
  const source = {
    fork: () => source,
    state: { seed: 0, stream: "", drawn: 0 },
    normals: () => stored(`steps.${step}.latents`).values,
    uniforms: () => stored(`steps.${step++}.mixing`).values,
  };
  return source as unknown as Random;
}

/** ‖actual - expected‖ / ‖expected‖. */
function computeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    difference += ((actual[index] as number) - (expected[index] as number)) ** 2;
    norm += (expected[index] as number) ** 2;
  }
  return Math.sqrt(difference / norm);
}

describe("training, against PyTorch", () => {
  let variant: Progan;
  const losses: number[][] = [];
  const gradients = new Map<string, ArrayLike<number>>();

  beforeAll(async () => {
    await setBackend("ort");
    const { groupSize, gradientPenalty, drift, ...fields } = config;
    const stabilisers = { gradientPenalty, drift, minibatchStandardDeviation: groupSize };
    variant = createProgan({ ...fields, stabilisers });
    for (const network of networks) {
      for (const [name, variable] of variant.networks[network].namedParameters()) {
        const { shape, values } = stored(`start.${network}.${name}`);
        expect(shape, name).toEqual(variable.shape);
        const start = tensor(values, [...shape], "float32");
        variable.assign(start);
        start.dispose();
      }
    }
    const trainer = new Trainer(variant, scriptNoise());
    for (let step = 0; step < steps; step++) {
      const { shape, values } = stored(`steps.${step}.real`);
      const images: Tensor4D = tensor(values, shape as Tensor4D["shape"], "float32");
      const terms = trainer.step({ images }, shape[0] as number).losses;
      const names = ["real", "fake", "gradientPenalty", "drift"].map((name) => `discriminator.${name}`);
      losses.push([...names, "generator.adversarial"].map((name) => terms[name] as number));
      images.dispose();
      if (step !== gradientStep) continue;
      // β₁ is 0: an optimizer's first moment is the last gradient.
      for (const [name, moment] of trainer.namedMoments()) {
        const [, network, parameter] = /^\w+\.(\w+)\.(.+)\.firstMoment$/.exec(name) ?? [];
        if (network !== undefined) gradients.set(`${network}.${parameter}`, moment.dataSync().slice());
      }
    }
    trainer.dispose();
  });

  it("gives every loss within 1e-4", () => {
    const errors = losses.flatMap((terms, step) => {
      const expected = stored(`steps.${step}.losses`).values;
      return [...expected].map((value, index) => Math.abs(value - (terms[index] as number)));
    });
    expect(Math.max(...errors)).toBeLessThan(1e-4);
  });

  it("gives every gradient of a fading step, the penalty's second order included, within 1e-4 of its norm", () => {
    const expected = [...fixture.keys()].filter((name) => name.startsWith("gradients."));
    expect(expected).toHaveLength(34);
    const errors = expected.map((name) => {
      const gradient = gradients.get(name.slice("gradients.".length)) as ArrayLike<number>;
      // What float32 leaves of -1 + 1 and the drift's 2ε·E D(x).
      if (name.endsWith("judge.bias")) {
        return [name, Math.abs((gradient[0] as number) - (stored(name).values[0] as number)) * 100] as const;
      }
      return [name, computeError(gradient, stored(name).values)] as const;
    });
    expect(errors.filter(([, error]) => !(error < 1e-4))).toEqual([]);
  });

  it("gives every weight after seven steps and a change of level within 1e-3 of its norm", () => {
    const failures: [string, number][] = [];
    for (const network of networks) {
      for (const [name, variable] of variant.networks[network].namedParameters()) {
        const error = computeError(variable.dataSync(), stored(`end.${network}.${name}`).values);
        if (!(error < 1e-3)) failures.push([`${network}.${name}`, error]);
      }
    }
    expect(failures).toEqual([]);
  });
});
