import { checkGradients, createTrainingContext, useCpuBackend } from "@gan/test-kit";
import {
  add,
  div,
  matMul,
  mul,
  norm,
  reshape,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor1d,
  tensor2d,
  tensor4d,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../autodiff/index.js";
import { ConfigError, ShapeError } from "../errors/index.js";
import { Random } from "../random/index.js";
import { ConditionalBatchNorm } from "./conditional-batch-norm.js";
import { Conv2d } from "./conv2d.js";
import { Dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { Embedding } from "./embedding.js";
import { firDownsample, firUpsample } from "./fir.js";
import { InstanceNorm, LayerNorm } from "./group-norm.js";
import { createInferenceContext } from "./inference-context.js";
import { minibatchStandardDeviation } from "./minibatch-standard-deviation.js";
import { NoiseInjection } from "./noise-injection.js";
import { orthogonalInitializer } from "./orthogonal-initializer.js";
import { pixelNorm } from "./pixel-norm.js";
import { reflectionPad } from "./reflection-pad.js";
import { SelfAttention } from "./self-attention.js";

const random = new Random(3);
const inference = () => createInferenceContext(new Random(5));
const draw = (shape: number[]) => tensor(random.normals(shape.reduce((a, b) => a * b, 1)), shape);
const values = (x: Tensor) => [...x.dataSync()];
/** Values near to `expected`, entry by entry. */
function expectClose(actual: Tensor, expected: readonly number[], digits = 5): void {
  expect(actual.size).toBe(expected.length);
  values(actual).forEach((value, index) => void expect(value).toBeCloseTo(expected[index] as number, digits));
}

beforeAll(useCpuBackend);

describe("spectral norm", () => {
  it("brings the largest singular value to 1 as the passes go by", () => {
    const dense = new Dense({ inputs: 6, outputs: 4, random, bias: false, spectralNorm: true });
    const context = createTrainingContext();
    for (let pass = 0; pass < 60; pass++) dense.forward(tensor2d(random.normals(6), [1, 6]), context);
    const unit = (size: number) =>
      tensor2d(
        Array.from({ length: size ** 2 }, (_, i) => Number(i % (size + 1) === 0)),
        [size, size],
      );
    const weight = dense.forward(unit(6), inference()); // the normalised weight itself
    let vector = draw([4, 1]) as Tensor2D;
    for (let iteration = 0; iteration < 200; iteration++) {
      const next = matMul(weight, matMul(weight, vector), true) as Tensor2D;
      vector = div(next, norm(next)) as Tensor2D;
    }
    expect(norm(matMul(weight, vector)).dataSync()[0]).toBeCloseTo(1, 4);
  });

  it("leaves its vector alone outside training and needs a context", () => {
    const conv = new Conv2d({ inputs: 2, outputs: 3, kernelSize: 3, random, spectralNorm: true });
    const vector = conv.namedBuffers().get("singularVector") as Tensor;
    const before = values(vector);
    conv.forward(draw([1, 4, 4, 2]) as Tensor4D, inference());
    expect(values(vector)).toEqual(before);
    conv.forward(draw([1, 4, 4, 2]) as Tensor4D, createTrainingContext());
    expect(values(vector)).not.toEqual(before);
    expect(() => conv.forward(draw([1, 4, 4, 2]) as Tensor4D)).toThrow(/needs the context/);
  });

  it("cannot be joined with an equalised learning rate", () => {
    const both = { inputs: 2, outputs: 2, random, spectralNorm: true, equalized: {} };
    expect(() => new Dense(both)).toThrow(ConfigError);
  });
});

describe("conditional batch norm", () => {
  const create = () => new ConditionalBatchNorm({ channels: 2, conditionSize: 3, random });

  it("uses running statistics outside training, the batch's within", () => {
    const layer = create();
    layer.runningMean.assign(tensor([1, -1]));
    layer.runningVariance.assign(tensor([4, 0.25]));
    const none = tensor1d([-1, -1], "int32"); // no class: gain 1, shift 0
    const x = tensor2d([
      [1, 0],
      [3, -1],
    ]);
    expectClose(layer.forward(x, none, inference()), [0, 2, 1, 0], 4);
    expectClose(layer.forward(x, none, createTrainingContext()), [-1, 1, 1, -1], 4);
  });

  it("mixes classes by their weights", () => {
    const layer = create();
    const x = draw([2, 2, 2, 2]) as Tensor4D;
    const of = (row: number[]) => layer.forward(x, tensor2d([row, row]), inference());
    const numbered = layer.forward(x, tensor1d([1, 1], "int32"), inference());
    expectClose(numbered, values(of([0, 1, 0])));
    expectClose(of([0.5, 0.5, 0]), values(mul(add(of([1, 0, 0]), of([0, 1, 0])), 0.5)));
    expect(() => layer.forward(x, tensor2d([[1, 2]]), inference())).toThrow(ShapeError);
  });
});

describe("embedding", () => {
  it("gives nothing for a number that is no class, and sums of rows for weights", () => {
    const table = new Embedding({ classes: 3, features: 2, random });
    table
      .namedParameters()
      .get("table.weight")
      ?.assign(
        tensor2d([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      );
    expect(values(table.forward(tensor1d([2, 3], "int32")))).toEqual([5, 6, 0, 0]);
    expect(values(table.forward(tensor2d([[0.5, 0, 0.5]])))).toEqual([3, 4]);
  });
});

describe("dropout", () => {
  const ones = () => tensor1d(new Float32Array(4000).fill(1));

  it("drops its share, keeps the mean, and rests outside training unless it is always on", () => {
    const context = { ...inference(), training: true };
    const kept = values(dropout(ones(), context, { rate: 0.25 }));
    const dropped = kept.filter((value) => value === 0).length / kept.length;
    expect(dropped).toBeGreaterThan(0.22);
    expect(dropped).toBeLessThan(0.28);
    expect(kept.every((value) => value === 0 || Math.abs(value - 4 / 3) < 1e-6)).toBe(true);
    expect(values(dropout(ones(), inference()))).toEqual(values(ones()));
    expect(values(dropout(ones(), inference(), { always: true }))).toContain(0);
    expect(() => dropout(ones(), context, { rate: 1 })).toThrow(ConfigError);
  });

  it("drops the same values for the same name", () => {
    const context = { ...inference(), training: true };
    const named = () => values(dropout(ones(), context, { name: "hidden" }));
    expect(named()).toEqual(named());
    expect(values(dropout(ones(), context))).not.toEqual(values(dropout(ones(), context)));
  });
});

it("noise injection adds nothing at first, then fresh noise of one number a pixel", () => {
  const layer = new NoiseInjection();
  const x = draw([1, 2, 2, 3]) as Tensor4D;
  const context = inference();
  expect(values(layer.forward(x, context))).toEqual(values(x));
  layer.strength.assign(tensor(2));
  const added = values(sub(layer.forward(x, context), x));
  for (let pixel = 0; pixel < 4; pixel++) {
    expect(added[3 * pixel]).toBeCloseTo(added[3 * pixel + 2] as number, 5);
  }
  expect(values(sub(layer.forward(x, context), x))).not.toEqual(added);
});

describe("norms of each sample", () => {
  it("instance norm leaves mean 0 and variance 1, whatever the contrast", () => {
    const y = new InstanceNorm({ channels: 1 }).forward(tensor4d([1, 3, 5, 7, 10, 30, 50, 70], [2, 2, 2, 1]));
    const unit = [-3, -1, 1, 3].map((value) => value / Math.sqrt(5));
    expectClose(y, [...unit, ...unit], 3);
  });

  it("layer norm of a single number is refused", () => {
    expect(() => new LayerNorm({ channels: 1 }).forward(tensor2d([[3]]))).toThrow(/become zero/);
  });

  it("pixel norm divides by the root mean square", () => {
    expectClose(pixelNorm(tensor2d([[3, 4]])), [3 / Math.sqrt(12.5), 4 / Math.sqrt(12.5)]);
  });
});

it("reflection pad mirrors without repeating the border", () => {
  const padded = reflectionPad(tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]), 2);
  expect(values(padded).slice(14, 21)).toEqual([3, 2, 1, 2, 3, 2, 1]);
  expect(() => reflectionPad(padded, 7)).toThrow(ShapeError);
});

it("FIR keeps a flat picture's value inside, and up is four times the adjoint of down", () => {
  const flat = tensor4d(new Float32Array(64).fill(2), [1, 8, 8, 1]);
  expect(values(firDownsample(flat))[5]).toBeCloseTo(2, 5);
  expect(values(firUpsample(flat))[16 * 8 + 8]).toBeCloseTo(2, 5);
  const [x, y] = [draw([1, 8, 8, 2]) as Tensor4D, draw([1, 4, 4, 2]) as Tensor4D];
  const left = sum(mul(firDownsample(x), y)).dataSync()[0] as number;
  const right = sum(mul(x, firUpsample(y))).dataSync()[0] as number;
  expect(4 * left).toBeCloseTo(right, 3);
});

it("self-attention changes nothing at first, then every pixel depends on every other", () => {
  const layer = new SelfAttention({ channels: 8, random });
  const x = draw([1, 4, 4, 8]) as Tensor4D;
  expect(values(layer.forward(x, inference()))).toEqual(values(x));
  layer.gamma.assign(tensor(1));
  const moved = add(x, tensor4d(new Float32Array(128).fill(9, 0, 8), [1, 4, 4, 8])) as Tensor4D;
  const difference = values(sub(layer.forward(moved, inference()), layer.forward(x, inference())));
  expect(difference.slice(8).some((value) => Math.abs(value) > 1e-6)).toBe(true);
});

it("an orthogonal initializer makes orthonormal columns, or rows where there are fewer", () => {
  for (const shape of [
    [2, 2, 3, 4],
    [3, 5],
  ]) {
    const matrix = reshape(orthogonalInitializer(2)(shape, random), [-1, shape.at(-1) as number]) as Tensor2D;
    const product =
      matrix.shape[0] >= matrix.shape[1] ? matMul(matrix, matrix, true) : matMul(matrix, matrix, false, true);
    const size = product.shape[0] as number;
    expectClose(
      product,
      Array.from({ length: size ** 2 }, (_, index) => (index % (size + 1) === 0 ? 4 : 0)),
      4,
    );
  }
});

it("second derivatives of norms, FIR, minibatch statistics and reflection are right", () => {
  const image = (compute: (x: Tensor4D) => Tensor) =>
    checkGradients((x) => square(compute(x as Tensor4D)), [draw([2, 2, 2, 2])]);
  const layer = new InstanceNorm({ channels: 2, epsilon: 0.1 });
  for (const { first, second } of [
    image((x) => layer.forward(x)),
    image((x) => pixelNorm(add(x, 3))),
    image(firDownsample),
    image(firUpsample),
    image((x) => reflectionPad(x, 1)),
    image((x) => minibatchStandardDeviation(x)),
  ]) {
    expect(first).toBeLessThan(2e-2);
    expect(second).toBeLessThan(2e-2);
  }
});
