import { useCpuBackend } from "@gan/test-kit";
import {
  mean,
  memory,
  mul,
  type Scalar,
  square,
  type Tensor4D,
  tensor,
  tensor4d,
  tidy,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { BatchSource, ImageBatch } from "../data/index.js";
import { ConfigError, DivergenceError } from "../errors/index.js";
import { Conv2d, type Module } from "../nn/index.js";
import { adam } from "../optim/index.js";
import { Random } from "../random/index.js";
import { type TrainEvent, type Trainer, train, type Variant } from "./index.js";

beforeAll(useCpuBackend);

function createToy(): Variant<"toy", ImageBatch> {
  const conv = new Conv2d({ inputs: 1, outputs: 1, kernelSize: 1, random: new Random(1) });
  return {
    name: "toy",
    config: {},
    networks: { toy: conv as Module },
    averages: {},
    phases: [
      {
        name: "only",
        updates: ["toy"],
        every: 1,
        optimizer: adam(),
        losses: ({ images }) => ({ square: mean(square(conv.forward(images))) as Scalar }),
      },
    ],
    sample: ({ count }) => tensor4d(new Float32Array(count), [count, 1, 1, 1]),
    referenceImages: ({ images }) => images,
  };
}

/** The toy, whose loss is not finite from the third step on unless the noise is another one. */
function createBreaking(recover: boolean): Variant<"toy", ImageBatch> {
  const toy = createToy();
  const [phase] = toy.phases;
  let firstNoise: number | undefined;
  return {
    ...toy,
    phases: [
      {
        ...(phase as NonNullable<typeof phase>),
        losses: (batch, ctx) => ({
          square: mul(mean(square(batch.images)), ctx.scalar("factor")) as Scalar,
          weight: mean(square(toyOutput(toy, batch))) as Scalar,
          noise: mul(mean(ctx.normal([1])), 0) as Scalar,
        }),
      },
    ],
    scalars: ({ imagesSeen }) => {
      firstNoise = (firstNoise ?? 0) + 1;
      const isRetry = firstNoise > 3;
      return { factor: imagesSeen >= 8 && !(recover && isRetry) ? Number.POSITIVE_INFINITY : 1 };
    },
  };
}

const toyOutput = (toy: Variant<"toy", ImageBatch>, batch: ImageBatch) =>
  (toy.networks.toy as Conv2d).forward(batch.images);

/** Keeps the state after the first step in memory. */
function createMemory() {
  let saved: { state: unknown; weights: Map<string, Float32Array> } | undefined;
  return {
    async record(event: TrainEvent, trainer: Trainer) {
      if (event.type !== "step" || saved !== undefined) return;
      const weights = [...trainer.namedWeights()].map(
        ([name, variable]) => [name, variable.dataSync<"float32">().slice()] as const,
      );
      saved = { state: structuredClone(trainer.state), weights: new Map(weights) };
    },
    async rollback(trainer: Trainer) {
      if (saved === undefined) return false;
      for (const [name, variable] of trainer.namedWeights()) {
        tidy(() => variable.assign(tensor(saved?.weights.get(name) as Float32Array, variable.shape)));
      }
      trainer.state = saved.state as Trainer["state"];
      return true;
    },
  };
}

const starts: number[] = [];
const data: BatchSource<ImageBatch> = {
  batchSize: 4,
  imagesPerEpoch: 4,
  async *batches(imagesSeen) {
    starts.push(imagesSeen);
    for (;;) yield { images: tensor4d([1, 2, 3, 4], [4, 1, 1, 1]) as Tensor4D };
  },
};

async function collect(
  options: Partial<Parameters<typeof train<"toy", ImageBatch>>[0]>,
): Promise<TrainEvent[]> {
  const { variant = createToy() } = options;
  const events: TrainEvent[] = [];
  for await (const event of train({ data, totalImages: 14, ...options, variant })) events.push(event);
  return events;
}

describe("train", () => {
  it("tells the start, every step and the end, and stops before it would exceed the total", async () => {
    const events = await collect({ healthEveryImages: 0 });
    expect(events.map(({ type, imagesSeen }) => [type, imagesSeen])).toEqual([
      ["start", 0],
      ["step", 4],
      ["step", 8],
      ["step", 12],
      ["end", 12],
    ]);
    const step = events[1] as Extract<TrainEvent, { type: "step" }>;
    expect(Object.keys(step.losses)).toEqual(["only.square"]);
    expect(step.durationMillis).toBeGreaterThan(0);
  });

  it("ends after the current step when it is aborted", async () => {
    const controller = new AbortController();
    const recorder = {
      async record(event: TrainEvent) {
        if (event.imagesSeen === 8) controller.abort();
      },
    };
    const events = await collect({ signal: controller.signal, recorder, healthEveryImages: 0 });
    expect(events.at(-1)).toEqual({ type: "end", reason: "aborted", imagesSeen: 8 });
  });

  it("asks the data to go on where the recorder restored to", async () => {
    starts.length = 0;
    const events = await collect({
      healthEveryImages: 0,
      recorder: {
        async open(trainer) {
          trainer.state = { ...trainer.state, imagesSeen: 8, stepsTaken: 2 };
        },
        async record() {},
      },
    });
    expect(starts).toEqual([0, 8]); // the reference batch, then the rest
    expect(events.map(({ imagesSeen }) => imagesSeen)).toEqual([8, 12, 12]);
  });

  it("leaves no tensor behind, also when the loop is left early", async () => {
    const variant = createToy();
    const before = memory().numTensors;
    await collect({ variant });
    expect(memory().numTensors).toBe(before);
    for await (const event of train({ variant, data, totalImages: 100 })) if (event.type === "step") break;
    expect(memory().numTensors).toBe(before);
  });

  it("measures how varied samples and real pictures are", async () => {
    const events = await collect({ healthEveryImages: 8 });
    expect(events.filter(({ type }) => type === "health")).toEqual([
      { type: "health", imagesSeen: 8, sampleDiversity: 0, realDiversity: expect.closeTo(10 / 6, 6) },
    ]);
  });

  it("stops at a loss that is not finite, naming phase and loss", async () => {
    const failing = collect({ variant: createBreaking(false), recorder: createMemory() });
    await expect(failing).rejects.toMatchObject({
      name: "DivergenceError",
      phase: "only",
      loss: "only.square",
      imagesSeen: 12,
    });
  });

  it("goes back to what was saved and tries again with other noise", async () => {
    const events = await collect({
      variant: createBreaking(true),
      recorder: createMemory(),
      onDivergence: "rollback",
      healthEveryImages: 0,
    });
    expect(events.map(({ type, imagesSeen }) => [type, imagesSeen])).toEqual([
      ["start", 0],
      ["step", 4],
      ["step", 8],
      ["rollback", 12],
      ["step", 8],
      ["step", 12],
      ["end", 12],
    ]);
    expect(events[3]).toMatchObject({ toImages: 4, attempt: 1, reason: expect.stringContaining("Infinity") });
  });

  it("gives up after three tries, and at once where nothing was saved", async () => {
    const events: TrainEvent[] = [];
    const run = async (recorder: ReturnType<typeof createMemory> | undefined) => {
      const variant = createBreaking(false);
      const options = { variant, data, totalImages: 14, recorder, onDivergence: "rollback" } as const;
      for await (const event of train(options)) events.push(event);
    };
    await expect(run(createMemory())).rejects.toThrow(DivergenceError);
    expect(events.filter(({ type }) => type === "rollback")).toHaveLength(3);
    events.length = 0;
    await expect(run(undefined)).rejects.toThrow(DivergenceError);
    expect(events.filter(({ type }) => type === "rollback")).toHaveLength(0);
  });

  it("refuses less than a batch", async () => {
    await expect(collect({ totalImages: 3 })).rejects.toThrow(ConfigError);
  });
});
