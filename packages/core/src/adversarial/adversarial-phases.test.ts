import { explain } from "@gan/backend-ort";
import { useCpuBackend } from "@gan/test-kit";
import { reshape, setBackend, type Tensor4D, tanh, tensor4d } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../autodiff/index.js";
import { Conv2d, createNorm, Dense, dropout, type ForwardContext, Module } from "../nn/index.js";
import { adam } from "../optim/index.js";
import { Random } from "../random/index.js";
import { Trainer } from "../train/index.js";
import { createAdversarialPhases } from "./adversarial-phases.js";
import { DiscriminatorHead } from "./discriminator-head.js";
import { drawLatents } from "./draw-latents.js";
import { createStabilisersSchema, type Stabilisers } from "./stabilisers.js";

class Generator extends Module {
  readonly dense: Dense;

  constructor(random: Random) {
    super();
    this.dense = this.child("dense", new Dense({ inputs: 3, outputs: 64, random }));
  }
}

class Discriminator extends Module {
  readonly #stabilisers: Stabilisers;
  readonly #conv: Conv2d;
  readonly #norm: ReturnType<typeof createNorm>;
  readonly #head: DiscriminatorHead;

  constructor(stabilisers: Stabilisers, random: Random) {
    super();
    const spectralNorm = stabilisers.spectralNorm !== "none";
    this.#stabilisers = stabilisers;
    this.#conv = this.child(
      "conv",
      new Conv2d({ inputs: 1, outputs: 3, kernelSize: 3, stride: 2, random, spectralNorm }),
    );
    this.#norm = this.child("norm", createNorm(stabilisers.discriminatorNorm, 3, random));
    this.#head = this.child("head", new DiscriminatorHead({ size: 4, channels: 3, stabilisers, random }));
  }

  judge(images: Tensor4D, ctx: ForwardContext) {
    const normal = this.#norm.forward(this.#conv.forward(images, ctx), ctx);
    const hidden = dropout(tanh(normal), ctx, { rate: this.#stabilisers.discriminatorDropout });
    return { scores: this.#head.forward(hidden, ctx), features: [hidden] };
  }
}

type Batch = { images: Tensor4D };

function createVariant(given: Partial<Stabilisers>, rates = { generator: 1e-3, discriminator: 4e-3 }) {
  const stabilisers = createStabilisersSchema().parse(given);
  const [generator, discriminator] = [
    new Generator(new Random(1)),
    new Discriminator(stabilisers, new Random(2)),
  ];
  const generate = ({ images }: Batch, ctx: ForwardContext): Tensor4D => {
    const latents = drawLatents(ctx, stabilisers, images.shape[0], 3, "latents");
    return tanh(reshape(generator.dense.forward(latents), [-1, 8, 8, 1]));
  };
  return {
    name: "tiny",
    config: {},
    networks: { generator, discriminator },
    averages: {},
    ...createAdversarialPhases<Batch>({
      stabilisers,
      discriminator,
      generate,
      judge: (images, _given, ctx) => discriminator.judge(images, ctx),
      optimizers: {
        generator: adam({ learningRate: rates.generator, beta1: 0.5 }),
        discriminator: adam({ learningRate: rates.discriminator, beta1: 0.5 }),
      },
    }),
    sample: () => {
      throw new Error("not sampled here");
    },
  };
}

/** Losses of some steps on the same pictures, and the discriminator's weights afterwards. */
function trainSteps(given: Partial<Stabilisers>, steps: number) {
  const variant = createVariant(given);
  const trainer = new Trainer(variant, new Random(3));
  const images = tensor4d(new Random(5).uniforms(8 * 64), [8, 8, 8, 1]);
  const measures = Array.from({ length: steps }, () => trainer.step({ images }, 8));
  const weights = [...variant.networks.discriminator.namedParameters().values()].flatMap((weight) => [
    ...weight.dataSync(),
  ]);
  images.dispose();
  trainer.dispose();
  for (const network of Object.values(variant.networks)) network.dispose();
  return {
    losses: measures.map(({ losses }) => losses),
    reports: measures.map(({ reports }) => reports),
    weights,
  };
}

const everything: Partial<Stabilisers> = {
  loss: "least-squares",
  labelSmoothing: 0.1,
  latents: "uniform",
  discriminatorBatches: "mixed",
  discriminatorNorm: "instance",
  spectralNorm: "discriminator",
  discriminatorDropout: 0.2,
  instanceNoise: 0.1,
  instanceNoiseImages: 64,
  minibatchDiscrimination: 2,
  minibatchStandardDeviation: 4,
  gradientPenalty: 1,
  r1: 1,
  r2: 1,
  penaltyEvery: 2,
  drift: 0.01,
  featureMatching: 1,
  unrolledSteps: 1,
  discriminatorSteps: 2,
  diffAugment: ["color", "translation", "cutout"],
};

describe("phases of an adversary", () => {
  beforeAll(useCpuBackend);

  it("are a discriminator's and a generator's, with the settings that were given", () => {
    const { phases } = createVariant({ discriminatorSteps: 5 });
    expect(phases.map(({ name, every, updates }) => [name, every, ...updates])).toEqual([
      ["discriminator", 1, "discriminator"],
      ["generator", 5, "generator"],
    ]);
    expect(phases.map(({ optimizer }) => optimizer.learningRate)).toEqual([4e-3, 1e-3]);
  });

  it("run lazy penalties by themselves, on the discriminator's optimizer, slowed down", () => {
    const { phases } = createVariant({ r1: 1, penaltyEvery: 3 });
    const [judging, penalty] = phases;
    expect(phases.map(({ name, every }) => [name, every])).toEqual([
      ["discriminator", 1],
      ["penalty", 3],
      ["generator", 1],
    ]);
    expect(penalty?.optimizer).toBe(judging?.optimizer);
    expect(judging?.optimizer).toMatchObject({
      name: "discriminator",
      learningRate: 3e-3,
      beta1: 0.5 ** 0.75,
    });
    const { losses } = trainSteps({ r1: 1, penaltyEvery: 3 }, 4);
    expect(losses.map((terms) => Object.keys(terms).includes("penalty.r1"))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it("clip weights after each update", () => {
    const { weights } = trainSteps({ loss: "wasserstein", weightClip: 0.002 }, 2);
    expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(0.002 + 1e-9);
    expect(weights.filter((weight) => Math.abs(Math.abs(weight) - 0.002) < 1e-9).length).toBeGreaterThan(10);
  });
});

describe("all stabilisers together", () => {
  it("compile once for each set of due phases, and train as without compiling", async () => {
    await useCpuBackend();
    const plain = trainSteps(everything, 2);
    await setBackend("ort");
    const compiled = trainSteps(everything, 4);
    expect(Object.keys(compiled.losses[0] ?? {})).toEqual([
      "discriminator.real",
      "discriminator.fake",
      "discriminator.drift",
      "penalty.gradientPenalty",
      "penalty.r1",
      "penalty.r2",
      "generator.adversarial",
      "generator.featureMatching",
    ]);
    for (const [step, losses] of plain.losses.entries()) {
      for (const [name, value] of Object.entries(losses)) {
        expect(compiled.losses[step]?.[name], `${name} of step ${step}`).toBeCloseTo(value, 3);
      }
    }
    expect(compiled.losses.flatMap((losses) => Object.values(losses)).every(Number.isFinite)).toBe(true);
    const step = explain().freedGraphs.find(({ name }) => name === "tiny step");
    expect(step?.graphs).toBe(2); // with penalty and generator, and without
  });
});

describe("adaptive augmentation", () => {
  const settings: Partial<Stabilisers> = { adaTarget: 0.3, adaImages: 3200, discriminatorNorm: "none" };
  const start = () =>
    new Trainer(createVariant(settings, { generator: 1e-9, discriminator: 3e-2 }), new Random(3));
  const images = () =>
    tensor4d(
      new Random(5).uniforms(8 * 64).map((value) => 2 * value - 1),
      [8, 8, 8, 1],
    );
  /** p of each step. */
  const run = (trainer: Trainer<"generator" | "discriminator", Batch>, steps: number) =>
    Array.from(
      { length: steps },
      () => trainer.step({ images: images() }, 8).reports.adaProbability as number,
    );

  it("grows while the discriminator knows the pictures, in one compiled step, and resumes exactly", async () => {
    await useCpuBackend();
    await setBackend("ort");
    const whole = start();
    const expected = run(whole, 24);
    expect(expected.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(expected.at(-1)).toBeGreaterThan(0.025);
    expect(explain().graphs.filter(({ name }) => name === "tiny step")).toHaveLength(1);

    const [before, after] = [start(), start()];
    run(before, 14);
    const { state } = before;
    const saved = [...before.namedWeights(), ...before.namedMoments()];
    const own = new Map([...after.namedWeights(), ...after.namedMoments()]);
    for (const [name, value] of saved) own.get(name)?.assign(value);
    after.state = JSON.parse(JSON.stringify(state));
    expect(run(after, 10)).toEqual(expected.slice(14));
    for (const [name, value] of after.namedWeights()) {
      expect([...value.dataSync()], name).toEqual([...(whole.namedWeights().get(name)?.dataSync() ?? [])]);
    }
    for (const trainer of [whole, before, after]) trainer.dispose();
  });
});
