import { useCpuBackend } from "@gan/test-kit";
import {
  max,
  mean,
  memory,
  min,
  mul,
  reshape,
  type Scalar,
  square,
  sub,
  type Tensor2D,
  type Tensor4D,
  tensor4d,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImageBatch } from "../data/index.js";
import { CheckpointError, ConfigError, DivergenceError } from "../errors/index.js";
import { Dense, type Module } from "../nn/index.js";
import { adam } from "../optim/index.js";
import { Random } from "../random/index.js";
import { Trainer, type TrainerOptions } from "./trainer.js";
import type { OptimizerSpec, Phase, StateHolder, Variant } from "./variant.js";

beforeAll(useCpuBackend);

type Toy = Variant<"toy", ImageBatch>;
type ToyPhase = Phase<"toy", ImageBatch>;

/** A linear unit that learns to give 1 for every picture of two values. */
function createToy(
  change: (phase: ToyPhase) => Partial<ToyPhase> = () => ({}),
  more: Partial<Toy> = {},
): Toy & { weights(): number[] } {
  const dense = new Dense({ inputs: 2, outputs: 1, random: new Random(1) });
  const phase: ToyPhase = {
    name: "only",
    updates: ["toy"],
    every: 1,
    optimizer: adam({ learningRate: 0.1 }),
    losses({ images }, ctx) {
      const outputs = dense.forward(reshape(images, [-1, 2]) as Tensor2D);
      ctx.report("output", () => mean(outputs));
      return { distance: mean(square(sub(outputs, 1))) as Scalar };
    },
  };
  return {
    name: "toy",
    config: {},
    networks: { toy: dense as Module },
    averages: {},
    phases: [{ ...phase, ...change(phase) }],
    sample: () => tensor4d([0], [1, 1, 1, 1]),
    weights: () => [...dense.namedParameters().values()].flatMap((variable) => [...variable.dataSync()]),
    ...more,
  };
}

const createBatch = (values: number[]): ImageBatch => ({
  images: tensor4d(values, [values.length / 2, 1, 2, 1]) as Tensor4D,
});
const optimized = (spec: Partial<OptimizerSpec>) => (phase: ToyPhase) => ({
  optimizer: { ...phase.optimizer, ...spec },
});
const createTrainer = (variant: Toy, options: TrainerOptions = {}) =>
  new Trainer(variant, new Random(3), options);

describe("accumulation", () => {
  const values = [0.5, -1, 2, 0.25, -0.5, 1, 1.5, -2, 0.1, 0.9, -1.1, 0.4];

  it("takes the step of the whole batch from parts of it", () => {
    const whole = createToy();
    const expected = createTrainer(whole).step(createBatch(values), 6);
    for (const parts of [2, 3, 6]) {
      const variant = createToy();
      const trainer = createTrainer(variant, { accumulate: parts });
      const size = values.length / parts;
      const batches = Array.from({ length: parts }, (_, part) =>
        createBatch(values.slice(part * size, (part + 1) * size)),
      );
      const measures = trainer.step(batches, size / 2);
      expect(measures.losses["only.distance"]).toBeCloseTo(expected.losses["only.distance"] as number, 5);
      expect(measures.reports.output).toBeCloseTo(expected.reports.output as number, 5);
      expect(measures.gradientNorms.only).toBeCloseTo(expected.gradientNorms.only as number, 5);
      variant.weights().forEach((weight, index) => {
        expect(weight).toBeCloseTo(whole.weights()[index] as number, 5);
      });
      expect(trainer.state).toMatchObject({ stepsTaken: 1, imagesSeen: 6, updates: { only: 1 } });
    }
  });

  it("begins each step anew and leaves no tensor behind", () => {
    const [repeated, single] = [createToy(), createToy()];
    const batch = createBatch(values);
    const [accumulating, plain] = [createTrainer(repeated, { accumulate: 2 }), createTrainer(single)];
    accumulating.step([batch, batch], 6);
    const before = memory().numTensors;
    accumulating.step([batch, batch], 6);
    expect(memory().numTensors).toBe(before);
    for (let step = 0; step < 2; step++) plain.step(batch, 6);
    repeated.weights().forEach((weight, index) => {
      expect(weight).toBeCloseTo(single.weights()[index] as number, 5);
    });
  });

  it("refuses another number of batches, and less than one part", () => {
    expect(() => createTrainer(createToy(), { accumulate: 2 }).step(createBatch(values), 6)).toThrow(
      /takes 2 batches, got 1/,
    );
    expect(() => createTrainer(createToy(), { accumulate: 0 })).toThrow(ConfigError);
  });
});

describe("what a phase may ask for", () => {
  it("scalars change from step to step and need a giver", () => {
    const scaled = (phase: ToyPhase): Partial<ToyPhase> => ({
      losses: (batch, ctx) => ({
        scaled: mul(phase.losses(batch, ctx).distance as Scalar, ctx.scalar("scale")),
      }),
    });
    const losses = [1, 2].map((scale) => {
      const variant = createToy(scaled, { scalars: () => ({ scale }) });
      return createTrainer(variant).step(createBatch([1, 2]), 1).losses["only.scaled"] as number;
    });
    expect(losses[1]).toBeCloseTo(2 * (losses[0] as number), 6);
    expect(() => createTrainer(createToy(scaled)).step(createBatch([1, 2]), 1)).toThrow(
      /asks for the scalar scale, which the variant does not give/,
    );
  });

  it("uniform noise lies in [0, 1), is fresh in every step, and is not normal noise", () => {
    const noisy = (): Partial<ToyPhase> => ({
      losses(batch, ctx) {
        const noise = ctx.uniform([1000], "noise");
        ctx.report("mean", () => mean(noise));
        ctx.report("largest", () => max(noise));
        ctx.report("smallest", () => min(noise));
        return { distance: mean(square(createDistance(batch, mean(noise) as Scalar))) as Scalar };
      },
    });
    const weights = new Dense({ inputs: 2, outputs: 1, random: new Random(1) });
    const createDistance = ({ images }: ImageBatch, shift: Scalar) =>
      sub(weights.forward(reshape(images, [-1, 2]) as Tensor2D), shift);
    const trainer = createTrainer(createToy(noisy, { networks: { toy: weights as Module } }));
    const [first, second] = [0, 1].map(() => trainer.step(createBatch([1, 2]), 1).reports);
    expect(first?.mean).toBeGreaterThan(0.45);
    expect(first?.mean).toBeLessThan(0.55);
    expect(first?.largest).toBeLessThan(1);
    expect(first?.smallest).toBeGreaterThanOrEqual(0);
    expect(second?.mean).not.toBe(first?.mean);
  });

  it("reports reach observe, and a name may come once", () => {
    const seen: number[] = [];
    const variant = createToy(undefined, { observe: (reports) => seen.push(reports.output as number) });
    const { reports } = createTrainer(variant).step(createBatch([1, 2]), 1);
    expect(seen).toEqual([reports.output]);
    const twice = createToy((phase) => ({
      losses(batch, ctx) {
        phase.losses(batch, ctx);
        return phase.losses(batch, ctx);
      },
    }));
    expect(() => createTrainer(twice).step(createBatch([1, 2]), 1)).toThrow(/output is reported twice/);
  });
});

describe("optimizer settings", () => {
  it("follow their schedule and tell the rate", () => {
    const schedule = { type: "linear", fromImages: 0, toImages: 2 } as const;
    const variant = createToy(optimized({ schedule }));
    const trainer = createTrainer(variant);
    const rates: (number | undefined)[] = [];
    for (let step = 0; step < 2; step++) {
      rates.push(trainer.step(createBatch([1, 2]), 1).learningRates.only);
    }
    expect(rates).toEqual([0.1, 0.05]);
    const before = variant.weights();
    trainer.step(createBatch([1, 2]), 1); // at the end of the schedule nothing moves
    expect(variant.weights()).toEqual(before);
  });

  it("clip weights after each update", () => {
    const variant = createToy(optimized({ weightClip: 0.01, learningRate: 1 }));
    createTrainer(variant).step(createBatch([1, 2]), 1);
    for (const weight of variant.weights()) expect(Math.abs(weight)).toBeCloseTo(0.01, 6);
  });

  it("shorten long gradients together, not short ones", () => {
    // With a large epsilon Adam's first step is proportional to the gradient.
    const move = (maxGradientNorm: number | undefined) => {
      const variant = createToy(optimized({ epsilon: 1e6, learningRate: 1e6, maxGradientNorm }));
      const before = variant.weights();
      const norm = createTrainer(variant).step(createBatch([3, 4]), 1).gradientNorms.only as number;
      return { norm, moved: variant.weights().map((weight, index) => weight - (before[index] as number)) };
    };
    const free = move(undefined);
    expect(Math.hypot(...free.moved)).toBeCloseTo(free.norm, 2);
    const clipped = move(free.norm / 4);
    expect(clipped.norm).toBeCloseTo(free.norm, 4); // told as it was
    clipped.moved.forEach((distance, index) => {
      expect(distance).toBeCloseTo((free.moved[index] as number) / 4, 2);
    });
    expect(move(2 * free.norm).moved).toEqual(free.moved);
  });
});

describe("frozen weights", () => {
  it("stay to the bit, while the others move", () => {
    const variant = createToy();
    const before = variant.weights();
    const [name] = [...createTrainer(variant).namedWeights().keys()];
    createTrainer(variant, { frozen: new Set([name as string]) }).step(createBatch([1, 2]), 1);
    const moved = variant.weights().map((weight, index) => weight !== before[index]);
    expect(moved[0]).toBe(false);
    expect(moved.slice(1)).toContain(true);
  });
});

describe("divergence", () => {
  it("is also a loss beyond the limit", () => {
    const trainer = createTrainer(createToy(), { explosionLimit: 10 });
    trainer.step(createBatch([1, 1]), 1);
    expect(() => trainer.step(createBatch([1e4, 1e4]), 1)).toThrow(DivergenceError);
  });
});

describe("state holders", () => {
  const createHolder = () => {
    const holder = { value: 0 };
    const state: StateHolder = {
      save: () => ({ ...holder }),
      load: (json) => Object.assign(holder, json),
    };
    return { holder, state };
  };

  it("are part of the trainer's state", () => {
    const { holder, state } = createHolder();
    const variant = createToy(undefined, { state: { pool: state }, observe: () => holder.value++ });
    const trainer = createTrainer(variant);
    trainer.step(createBatch([1, 2]), 1);
    const saved = JSON.parse(JSON.stringify(trainer.state));
    expect(saved.holders).toEqual({ pool: { value: 1 } });
    trainer.step(createBatch([1, 2]), 1);
    trainer.state = saved;
    expect(holder.value).toBe(1);
  });

  it("must be the ones that were saved", () => {
    const saved = createTrainer(createToy(undefined, { state: { pool: createHolder().state } })).state;
    const other = createTrainer(createToy(undefined, { state: { ada: createHolder().state } }));
    expect(() => {
      other.state = saved;
    }).toThrow(CheckpointError);
  });
});
