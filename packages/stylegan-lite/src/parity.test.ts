import "@gan/backend-ort";
import { readFileSync } from "node:fs";
import { decodeSafetensors, type Random, Trainer } from "@gan/core";
import { setBackend, type Tensor4D, tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createStyleganLite, type StyleganLite } from "./stylegan-lite.js";

// Made by fixtures/make-stylegan-fixture.py in PyTorch, in float64, with weights of their own for each picture.
const bytes = readFileSync(new URL("../fixtures/stylegan.safetensors", import.meta.url));
const header = JSON.parse(bytes.toString("utf8", 8, 8 + Number(bytes.readBigUInt64LE(0))));
const fixture = decodeSafetensors(bytes, "stylegan.safetensors");
const { groupSize, r1, penaltyEvery, learningRate, ...fields } = JSON.parse(header.__metadata__.config);
const networks = ["generator", "discriminator"] as const;
const steps = 5;

const stored = (name: string) => {
  const found = fixture.get(name);
  if (found === undefined) throw new Error(`the fixture holds no ${name}`);
  return found;
};

/** Random numbers as the fixture has them, in the order in which a step asks for them. */
function scriptNoise() {
  let [step, index] = [0, 0];
  const next = (count: number) => {
    const { values } = stored(`steps.${step}.noise.${index++}`);
    expect(values.length).toBe(count);
    return values;
  };
  const source = {
    fork: () => source,
    state: { seed: 0, stream: "", drawn: 0 },
    normals: next,
    uniforms: next,
    turn() {
      expect(fixture.has(`steps.${step}.noise.${index}`)).toBe(false);
      [step, index] = [step + 1, 0];
    },
  };
  return source;
}

/** ‖actual - expected‖ / ‖expected‖. */
function computeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    difference += ((actual[index] as number) - (expected[index] as number)) ** 2;
    norm += (expected[index] as number) ** 2;
  }
  return Math.sqrt(difference / Math.max(norm, 1e-12));
}

describe("training, against PyTorch", () => {
  let variant: StyleganLite;
  const losses: Record<string, number>[] = [];

  beforeAll(async () => {
    await setBackend("ort");
    variant = createStyleganLite({
      ...fields,
      generatorLearningRate: learningRate,
      discriminatorLearningRate: learningRate,
      stabilisers: { r1, penaltyEvery, minibatchStandardDeviation: groupSize },
    });
    for (const network of networks) {
      for (const [name, variable] of variant.networks[network].namedParameters()) {
        const { shape, values } = stored(`start.${network}.${name}`);
        expect(shape, name).toEqual(variable.shape);
        const start = tensor(values, [...shape], "float32");
        variable.assign(start);
        start.dispose();
      }
    }
    const noise = scriptNoise();
    const trainer = new Trainer(variant, noise as unknown as Random);
    for (let step = 0; step < steps; step++) {
      const { shape, values } = stored(`steps.${step}.real`);
      const images: Tensor4D = tensor(values, shape as Tensor4D["shape"], "float32");
      losses.push(trainer.step({ images }, shape[0] as number).losses);
      images.dispose();
      noise.turn();
    }
    trainer.dispose();
  });

  it("gives every loss, R1 and path lengths among them, within 1e-4", () => {
    const lazy = [
      "discriminator.real",
      "discriminator.fake",
      "penalty.r1",
      "generator.adversarial",
      "pathLength.penalty",
    ];
    const errors = losses.flatMap((terms, step) => {
      const names = step % 2 === 0 ? lazy : lazy.filter((name) => !/penalty/.test(name));
      expect(Object.keys(terms)).toEqual(names);
      return [...stored(`steps.${step}.losses`).values].map((value, index) => {
        const actual = terms[names[index] as string] as number;
        return Math.abs(actual - value) / Math.max(1, Math.abs(value));
      });
    });
    expect(Math.max(...errors)).toBeLessThan(1e-4);
  });

  it("gives every weight, the mean style and the mean path length within 1e-3 of its norm, the way it went within 1e-2", () => {
    const failures: [string, number][] = [];
    for (const network of networks) {
      for (const [name, variable] of variant.networks[network].namedVariables()) {
        const end = stored(`end.${network}.${name}`).values;
        const error = computeError(variable.dataSync(), end);
        if (!(error < 1e-3)) failures.push([`${network}.${name}`, error]);
        const start = fixture.get(`start.${network}.${name}`)?.values;
        if (start === undefined) continue;
        const way = (values: ArrayLike<number>) =>
          Array.from(start, (from, index) => (values[index] as number) - from);
        // Without a first moment, Adam makes steps of gradients that are all but zero.
        const wayError = computeError(way(variable.dataSync()), way(end));
        if (!(wayError < 1e-2)) failures.push([`${network}.${name}'s way`, wayError]);
      }
    }
    expect(failures).toEqual([]);
  });
});
