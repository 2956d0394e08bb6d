import { useCpuBackend } from "@gan/test-kit";
import { mean, memory, type Scalar, square, type Tensor4D, tensor4d } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { BatchSource, ImageBatch } from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import { Conv2d, type Module } from "../nn/index.js";
import { adam } from "../optim/index.js";
import { Random } from "../random/index.js";
import { type TrainEvent, train, type Variant } from "./index.js";

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
    const events = await collect({});
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
    const events = await collect({ signal: controller.signal, recorder });
    expect(events.at(-1)).toEqual({ type: "end", reason: "aborted", imagesSeen: 8 });
  });

  it("asks the data to go on where the recorder restored to", async () => {
    starts.length = 0;
    const events = await collect({
      recorder: {
        async open(trainer) {
          trainer.state = { ...trainer.state, imagesSeen: 8, stepsTaken: 2 };
        },
        async record() {},
      },
    });
    expect(starts).toEqual([8]);
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

  it("refuses less than a batch", async () => {
    await expect(collect({ totalImages: 3 })).rejects.toThrow(ConfigError);
  });
});
