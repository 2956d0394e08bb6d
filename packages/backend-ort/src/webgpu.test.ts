// tfjs-core in Node comes without gradients; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type CompiledFunction, compile, configure, explain } from "./index.js";
import { seededTensor } from "./kernels/parity.test-helper.js";
import { probeProvider } from "./providers/probe.js";

const probe = probeProvider("webgpu");
const skipped = probe.usable ? "" : ` (skipped, no adapter: ${probe.reason})`;

type Step = CompiledFunction<[tf.Tensor], tf.Tensor>;

const nodesOnCpu = (name: string): Readonly<Record<string, number>> | undefined =>
  explain().graphs.find((graph) => graph.name === name)?.nodesOnCpu;

beforeAll(async () => void (await tf.setBackend("ort")));
afterAll(() => configure({ provider: "cpu" }));

describe.runIf(probe.usable)(`variables under webgpu${skipped}`, () => {
  /** 16 bytes. */
  let weights: tf.Variable;
  /** weights ← 2 · weights + x; returns the sum of the new weights. */
  let step: Step;
  let x: tf.Tensor;

  beforeEach(() => {
    configure({ provider: "webgpu" });
    weights = tf.variable(
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
    );
    x = tf.tensor1d([1, 0, 0, -1]);
    step = compile(
      (shift: tf.Tensor) => {
        weights.assign(tf.add(tf.mul(weights, 2), tf.reshape(shift, [2, 2])));
        return tf.sum(weights);
      },
      { name: "doubling" },
    );
  });
  afterEach(() => {
    step.dispose();
    tf.dispose([weights, x]);
    expect(explain().deviceBytes).toBe(0);
  });

  const run = (): number => {
    const sum = step(x);
    const [value] = sum.dataSync();
    sum.dispose();
    return value as number;
  };

  it("stay on the device from step to step, and nothing is left behind", () => {
    expect(run()).toBe(20);
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    for (let count = 0; count < 20; count++) {
      run();
      expect(explain().deviceBytes).toBe(16);
    }
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers, numBytes });
    expect(Array.from(weights.dataSync())).toEqual([
      2 ** 21 + 2 ** 21 - 1,
      2 ** 22,
      3 * 2 ** 21,
      4 * 2 ** 21 - (2 ** 21 - 1),
    ]);
  });

  it("come to the host when they are read, and go back", () => {
    run();
    expect(Array.from(weights.dataSync())).toEqual([3, 4, 6, 7]);
    expect(explain().deviceBytes).toBe(0);
    // What was read is the reader's: later steps do not write to it.
    const read = weights.dataSync();
    expect(run()).toBe(40);
    expect(Array.from(read)).toEqual([3, 4, 6, 7]);
    expect(Array.from(weights.dataSync())).toEqual([7, 8, 12, 13]);
  });

  it("may be assigned by the host between steps", () => {
    run();
    const zeros = tf.zeros<tf.Rank.R2>([2, 2]);
    weights.assign(zeros);
    zeros.dispose();
    expect(explain().deviceBytes).toBe(0);
    expect(run()).toBe(0);
    expect(Array.from(weights.dataSync())).toEqual([1, 0, 0, -1]);
  });

  it("are read on the device by eager kernels, in any shape", () => {
    run();
    const row = tf.tidy(() => tf.mul(tf.reshape(weights, [1, 4]), 10));
    expect(Array.from(row.dataSync())).toEqual([30, 40, 60, 70]);
    expect(explain().deviceBytes).toBe(16);
    row.dispose();
  });

  it("are read by kernels that have no lowering", () => {
    run();
    const unique = tf.unique(tf.reshape(weights, [4]));
    expect(Array.from(unique.values.dataSync())).toEqual([3, 4, 6, 7]);
    tf.dispose(unique);
  });

  it("outlive the function that made them", () => {
    run();
    step.dispose();
    expect(explain().deviceBytes).toBe(16);
    expect(Array.from(weights.dataSync())).toEqual([3, 4, 6, 7]);
  });

  it("keep their values when the provider changes, there and back", () => {
    run();
    configure({ provider: "cpu" });
    expect(explain()).toMatchObject({ deviceBytes: 0, provider: { requested: "cpu", used: "cpu" } });
    expect(run()).toBe(40);
    expect(explain().deviceBytes).toBe(0);
    configure({ provider: "webgpu" });
    expect(run()).toBe(80);
    expect(explain().deviceBytes).toBe(16);
    expect(Array.from(weights.dataSync())).toEqual([15, 16, 24, 25]);
  });

  it("come to the host when a function returns them too", () => {
    const both = compile(() => {
      weights.assign(tf.add(weights, 1));
      return weights.clone();
    });
    const copy = both();
    expect(explain().deviceBytes).toBe(0);
    expect(Array.from(copy.dataSync())).toEqual([2, 3, 4, 5]);
    both.dispose();
    copy.dispose();
  });

  it("all but the smallest stay there when a function returns nothing", () => {
    const bias = tf.variable(tf.tensor1d([1]));
    const update = compile(() => {
      weights.assign(tf.add(weights, bias));
      bias.assign(tf.add(bias, 1));
    });
    update();
    update();
    expect(explain().deviceBytes).toBe(16);
    expect(Array.from(weights.dataSync())).toEqual([4, 5, 6, 7]);
    expect(Array.from(bias.dataSync())).toEqual([3]);
    update.dispose();
    bias.dispose();
  });

  it("go through a kernel that runs on the host within a function, and past it", () => {
    const image = tf.variable(tf.ones([2, 2, 1]));
    const past = tf.variable(tf.zeros([2, 2, 1]));
    const mixed = compile(() => {
      const tripled = tf.mul(image, 3);
      // No lowering: the largest of a window of one pixel, which is that pixel.
      const dilated = tf.dilation2d(tripled as tf.Tensor3D, tf.zeros([1, 1, 1]), 1, "same");
      image.assign(tf.add(dilated, tripled));
      past.assign(tf.sub(tripled, 1));
    });
    mixed();
    expect(Array.from(image.dataSync())).toEqual([6, 6, 6, 6]);
    expect(Array.from(past.dataSync())).toEqual([2, 2, 2, 2]);
    mixed();
    expect(Array.from(image.dataSync())).toEqual([36, 36, 36, 36]);
    expect(Array.from(past.dataSync())).toEqual([17, 17, 17, 17]);
    mixed.dispose();
    tf.dispose([image, past]);
  });
});

describe.runIf(probe.usable)(`graphs under webgpu${skipped}`, () => {
  /** The largest difference between what a function gives on webgpu and on the processor. */
  function computeDifference(
    name: string,
    fn: (...inputs: tf.Tensor[]) => tf.Tensor,
    inputs: tf.Tensor[],
  ): number {
    const compiled = compile(fn, { name });
    const [onCpu, onWebgpu] = (["cpu", "webgpu"] as const).map((provider) => {
      configure({ provider });
      const result = compiled(...inputs);
      const values = Array.from(result.dataSync());
      result.dispose();
      return values;
    }) as [number[], number[]];
    expect(onWebgpu.length).toBe(onCpu.length);
    return Math.max(...onWebgpu.map((value, index) => Math.abs(value - (onCpu[index] as number))));
  }

  it("use the adapter that explain() names", () => {
    configure({ provider: "webgpu" });
    const { provider } = explain();
    expect(provider).toMatchObject({ requested: "webgpu", used: "webgpu", notice: undefined });
    expect(provider.adapter?.name).not.toBe("");
  });

  it("multiply batches of transposed matrices without an operator that WebGPU lacks", () => {
    const inputs = [seededTensor([2, 3, 4], 1), seededTensor([2, 5, 3], 2)];
    const product = ([a, b]: tf.Tensor[]) => tf.matMul(a as tf.Tensor3D, b as tf.Tensor3D, true, true);
    expect(computeDifference("products", (...given) => product(given), inputs)).toBeLessThan(1e-5);
    expect(nodesOnCpu("products")).toEqual({});
    tf.dispose(inputs);
  });

  it("run on the processor what WebGPU fails at or gets wrong", () => {
    const image = seededTensor<tf.Rank.R4>([1, 8, 8, 6], 3);
    const filter = seededTensor([3, 3, 3, 2], 4);
    const scattered = (dy: tf.Tensor, weights: tf.Tensor) =>
      tf
        .engine()
        .runKernel(
          "DepthwiseConv2dNativeBackpropInput",
          { dy, filter: weights },
          { inputShape: [1, 16, 16, 3], strides: 2, pad: "same", dilations: 1 },
        ) as tf.Tensor;
    const backwards = (x: tf.Tensor) => tf.stridedSlice(x, [0, 5, 0, 0], [1, 1, 8, 6], [1, -2, 1, 1]);
    const maximum = (x: tf.Tensor) =>
      tf.grad((y) => tf.sum(tf.square(tf.maxPool(y as tf.Tensor4D, 2, 2, "same"))))(x);
    const cases = [
      [
        "scattered",
        (...given: tf.Tensor[]) => scattered(given[0] as tf.Tensor, given[1] as tf.Tensor),
        [image, filter],
      ],
      ["backwards", (...given: tf.Tensor[]) => backwards(given[0] as tf.Tensor), [image]],
      ["maximum", (...given: tf.Tensor[]) => maximum(given[0] as tf.Tensor), [image]],
    ] as const;
    for (const [name, fn, inputs] of cases) {
      expect(computeDifference(name, fn, [...inputs]), name).toBeLessThan(1e-5);
      expect(Object.keys(nodesOnCpu(name) ?? {}), name).not.toEqual([]);
    }
    tf.dispose([image, filter]);
  });

  it("warn of nothing", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    configure({ provider: "cpu" });
    configure({ provider: "webgpu" });
    expect(warn).not.toHaveBeenCalled();
  });
});
