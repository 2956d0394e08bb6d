import { useCpuBackend } from "@gan/test-kit";
import {
  mean,
  reshape,
  type Scalar,
  square,
  sub,
  type Tensor2D,
  tensor4d,
  type Variable,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  batchesOfStage,
  createImageStore,
  type ImageBatch,
  imageBatches,
  stagedBatches,
} from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import { Dense, Module } from "../nn/index.js";
import { adam, ExponentialAverage } from "../optim/index.js";
import { Random } from "../random/index.js";
import { referencePictures } from "./measured-pictures.js";
import { takeReference } from "./take-reference.js";
import { train } from "./train.js";
import { Trainer } from "./trainer.js";
import type { Stage, Variant } from "./variant.js";

beforeAll(useCpuBackend);

class Pair extends Module {
  readonly small = this.child(
    "small",
    new Dense({ inputs: 1, outputs: 1, bias: false, random: new Random(1) }),
  );
  readonly large = this.child(
    "large",
    new Dense({ inputs: 4, outputs: 1, bias: false, random: new Random(2) }),
  );
}

/** Up to 8 images one weight learns from single pixels, then four weights from four, at a tenth of the rate. */
function createGrowing(more: Partial<Stage> = {}) {
  const toy = new Pair();
  const average = new ExponentialAverage(toy, new Pair(), 4);
  const seen: (string | undefined)[] = [];
  const variant: Variant<"toy", ImageBatch> = {
    name: "growing",
    config: {},
    networks: { toy: toy as Module },
    averages: { toy: average as ExponentialAverage },
    phases: [
      {
        name: "only",
        updates: ["toy"],
        every: 1,
        optimizer: adam({ learningRate: 0.1 }),
        losses({ images }, ctx) {
          seen.push(ctx.stage);
          const x = reshape(images, [images.shape[0], -1]) as Tensor2D;
          const layer = ctx.stage === "large" ? toy.large : toy.small;
          return { distance: mean(square(sub(layer.forward(x), 1))) as Scalar };
        },
      },
    ],
    stage: (imagesSeen) =>
      imagesSeen < 8
        ? {
            key: "small",
            fromImages: 0,
            optimizers: "small",
            isActive: (name) => name.includes("small"),
            ...more,
          }
        : {
            key: "large",
            fromImages: 8,
            optimizers: "large",
            learningRateFactor: 0.1,
            isActive: (name) => name.includes("large"),
            ...more,
          },
    sample: () => tensor4d([0], [1, 1, 1, 1]),
  };
  const read = (variable: Variable) => [...variable.dataSync()];
  const weights = () => ({ small: read(toy.small.weight), large: read(toy.large.weight) });
  const averages = () => ({
    small: read(average.module.small.weight),
    large: read(average.module.large.weight),
  });
  return { variant, weights, averages, seen };
}

const sizes = { small: [1, 1], large: [2, 2] } as const;
const createBatch = (size: keyof typeof sizes, count: number): ImageBatch => {
  const [height, width] = sizes[size];
  const values = Array.from({ length: count * height * width }, (_, index) => Math.cos(index + 1));
  return { images: tensor4d(values, [count, height, width, 1]) };
};

/** Trains through both stages; at `restart` steps a new trainer takes over what a checkpoint would keep. */
function play(restart = -1) {
  const { variant, weights, averages } = createGrowing();
  let trainer = new Trainer(variant, new Random(3));
  for (let step = 0; step < 5; step++) {
    if (step === restart) {
      const next = new Trainer(variant, new Random(9));
      for (const [name, moment] of next.namedMoments())
        moment.assign(trainer.namedMoments().get(name) as Variable);
      next.state = JSON.parse(JSON.stringify(trainer.state));
      trainer = next;
    }
    if (step < 2) trainer.step(createBatch("small", 4), 4);
    else trainer.step(createBatch("large", 2), 2);
  }
  return { weights: weights(), averages: averages(), state: trainer.state };
}

describe("stages of a growing variant", () => {
  it("move only the weights that take part, and their averages", () => {
    const { variant, weights, averages, seen } = createGrowing();
    const trainer = new Trainer(variant, new Random(3));
    const start = weights();
    trainer.step(createBatch("small", 4), 4);
    trainer.step(createBatch("small", 4), 4);
    const middle = weights();
    expect(middle.large).toEqual(start.large);
    expect(middle.small).not.toEqual(start.small);
    const averaged = averages().small;
    expect(averaged).not.toEqual(start.small);
    trainer.step(createBatch("large", 2), 2);
    expect(weights().small).toEqual(middle.small);
    expect(averages().small).toEqual(averaged);
    expect(weights().large).not.toEqual(middle.large);
    expect(new Set(seen)).toEqual(new Set(["small", "large"]));
    expect(trainer.imagesSeen).toBe(10);
  });

  it("forget the optimizer's moments once, at the change, and scale its rate", () => {
    const { variant } = createGrowing();
    const trainer = new Trainer(variant, new Random(3));
    const first = trainer.step(createBatch("small", 4), 4);
    trainer.step(createBatch("small", 4), 4);
    expect(trainer.state.updates).toEqual({ only: 2 });
    const third = trainer.step(createBatch("large", 2), 2);
    expect(trainer.state.updates).toEqual({ only: 1 });
    const moment = trainer.namedMoments().get("only.toy.small.weight.firstMoment") as Variable;
    expect([...moment.dataSync()]).toEqual([0]);
    trainer.step(createBatch("large", 2), 2);
    expect(trainer.state.updates).toEqual({ only: 2 });
    expect(first.learningRates).toEqual({ only: 0.1 });
    expect(third.learningRates.only).toBeCloseTo(0.01, 12);
  });

  it.each([1, 2, 3])("go on exactly from a state after %i steps", (restart) => {
    expect(play(restart)).toEqual(play());
  });

  it("work with gradients summed over parts", () => {
    const whole = createGrowing();
    const parts = createGrowing();
    const [one, two] = [
      new Trainer(whole.variant, new Random(3)),
      new Trainer(parts.variant, new Random(3), { accumulate: 2 }),
    ];
    one.step(createBatch("small", 4), 4);
    const values = createBatch("small", 4).images.dataSync();
    const half = (from: number): ImageBatch => ({
      images: tensor4d(values.slice(from, from + 2), [2, 1, 1, 1]),
    });
    two.step([half(0), half(2)], 2);
    expect(parts.weights().small[0]).toBeCloseTo(whole.weights().small[0] as number, 5);
    expect(parts.weights().large).toEqual(whole.weights().large);
  });
});

describe("stagedBatches", () => {
  const createSource = (size: number, batchSize: number) => {
    const pixels = Uint8Array.from({ length: 12 * size * size }, (_, index) => (index * 7) % 256);
    const set = createImageStore({ name: "toy", count: 12, height: size, width: size, channels: 1, pixels });
    return imageBatches(set, { batchSize, imageSize: size, random: new Random(size) });
  };
  const createData = () =>
    stagedBatches([
      { fromImages: 0, source: createSource(1, 4) },
      { fromImages: 8, source: createSource(2, 2) },
    ]);

  async function take(imagesSeen: number, count: number): Promise<string[]> {
    const batches: string[] = [];
    for await (const { images } of createData().batches(imagesSeen)) {
      batches.push(`${images.shape} ${images.dataSync()}`);
      if (batches.length === count) break;
    }
    return batches;
  }

  it("gives each stage's batches in turn and begins anywhere", async () => {
    const all = await take(0, 6);
    expect(all.map((text) => text.split(" ")[0])).toEqual([
      "4,1,1,1",
      "4,1,1,1",
      "2,2,2,1",
      "2,2,2,1",
      "2,2,2,1",
      "2,2,2,1",
    ]);
    expect(await take(4, 5)).toEqual(all.slice(1));
    expect(await take(8, 4)).toEqual(all.slice(2));
    expect(await take(12, 2)).toEqual(all.slice(4));
    const data = createData();
    expect([0, 4, 8, 100].map((images) => data.batchSizeAt(images))).toEqual([4, 4, 2, 2]);
  });

  it("gives more of one stage than it lasts, for measurements", async () => {
    const shapes: string[] = [];
    for await (const { images } of batchesOfStage(createData(), 4)) {
      shapes.push(String(images.shape));
      if (shapes.length === 4) break;
    }
    expect(shapes).toEqual(Array(4).fill("4,1,1,1"));
    const { variant } = createGrowing();
    const real = referencePictures(
      { ...variant, referenceImages: ({ images }) => images },
      { data: createData(), count: 12, fromImages: 0 },
    );
    const sides: number[] = [];
    for await (const pictures of real?.batches(12) ?? []) sides.push(...pictures.map(({ width }) => width));
    expect(sides).toEqual(Array(12).fill(1)); // the stage has 8
  });

  it("compares with pictures of a stage that lasts less than such a comparison takes", async () => {
    const { variant } = createGrowing();
    const data = stagedBatches([
      { fromImages: 0, source: createSource(1, 4) },
      { fromImages: 4, source: createSource(2, 2) },
    ]);
    const trainer = new Trainer(variant, new Random(1));
    await takeReference(trainer, data);
    expect(trainer.reference?.images.shape).toEqual([8, 1, 1, 1]);
    trainer.dispose();
  });

  it("refuses a stage that whole batches do not fill", () => {
    const stages = [
      { fromImages: 0, source: createSource(1, 4) },
      { fromImages: 6, source: createSource(2, 2) },
    ];
    expect(() => stagedBatches(stages)).toThrow(ConfigError);
    expect(() => stagedBatches(stages)).toThrow(
      "stage 1 must be as long as whole batches of 4, got 6 images",
    );
    expect(() => stagedBatches(stages.slice(1))).toThrow("must begin at 0 images, got 6");
  });

  it("trains through its stages, comparing with pictures of the present one", async () => {
    const { variant, weights } = createGrowing();
    const references: number[] = [];
    const measured: Variant<"toy", ImageBatch> = {
      ...variant,
      referenceImages: ({ images }) => {
        references.push(images.shape[1]);
        return images;
      },
      sample: ({ count }) => tensor4d(new Float32Array(count), [count, 1, 1, 1]),
    };
    const before = weights();
    const images: number[] = [];
    for await (const event of train({
      variant: measured,
      data: createData(),
      totalImages: 13,
      healthEveryImages: 2,
    })) {
      if (event.type === "step") images.push(event.imagesSeen);
    }
    expect(images).toEqual([4, 8, 10, 12]);
    expect(new Set(references)).toEqual(new Set([1, 2]));
    expect(references[0]).toBe(1);
    expect(weights().small).not.toEqual(before.small);
    expect(weights().large).not.toEqual(before.large);
  });
});
