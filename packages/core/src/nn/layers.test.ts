import { computeGradientError, useCpuBackend } from "@gan/test-kit";
import {
  memory,
  mul,
  type Scalar,
  sum,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor2d,
  tensor4d,
  tidy,
  variable,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ShapeError } from "../errors/index.js";
import { Random } from "../random/index.js";
import { ConvTranspose2d } from "./conv-transpose2d.js";
import { Conv2d } from "./conv2d.js";
import { Dense } from "./dense.js";
import type { Initializer } from "./initializers.js";

const random = new Random(1);
/** 1, 2, 3, … in the parameter's order. */
const counting: Initializer = (shape) => {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, index) => index + 1),
    [...shape],
  );
};
const wide: Initializer = (shape, source) =>
  tensor(source.normals(shape.reduce((a, b) => a * b, 1)), [...shape]);

beforeAll(useCpuBackend);

describe("Dense", () => {
  it("multiplies by [inputs, outputs] and adds the bias", () => {
    const dense = new Dense({ inputs: 2, outputs: 3, random, initializer: counting });
    dense.bias?.assign(tensor([10, 20, 30]));
    const y = dense.forward(tensor2d([[1, -1]]));
    expect([...y.dataSync()]).toEqual([1 - 4 + 10, 2 - 5 + 20, 3 - 6 + 30]);
  });

  it("refuses inputs of another size", () => {
    const dense = new Dense({ inputs: 2, outputs: 1, random });
    expect(() => dense.forward(tensor2d([[1, 2, 3]]))).toThrow(ShapeError);
    expect(() => dense.forward(tensor2d([[1, 2, 3]]))).toThrow(/needs \[batch, 2\], got \[1, 3\]/);
  });
});

describe("Conv2d", () => {
  it("pads one pixel on each side for kernel 4, stride 2", () => {
    const conv = new Conv2d({
      inputs: 1,
      outputs: 1,
      kernelSize: 4,
      stride: 2,
      bias: false,
      random,
      initializer: counting,
    });
    // A 2×2 picture lies under the kernel's middle: entries 6, 7, 10, 11.
    const y = conv.forward(tensor4d([1, 2, 3, 4], [1, 2, 2, 1]));
    expect(y.shape).toEqual([1, 1, 1, 1]);
    expect(y.dataSync()[0]).toBe(1 * 6 + 2 * 7 + 3 * 10 + 4 * 11);
  });

  it("adds one bias per output channel", () => {
    const conv = new Conv2d({ inputs: 1, outputs: 2, kernelSize: 1, random, initializer: counting });
    conv.bias?.assign(tensor([100, 200]));
    const y = conv.forward(tensor4d([3], [1, 1, 1, 1]));
    expect([...y.dataSync()]).toEqual([103, 206]);
  });
});

describe("ConvTranspose2d", () => {
  it("spreads one pixel over the kernel's middle for kernel 4, stride 2", () => {
    const conv = new ConvTranspose2d({
      inputs: 1,
      outputs: 1,
      kernelSize: 4,
      stride: 2,
      bias: false,
      random,
      initializer: counting,
    });
    const y = conv.forward(tensor4d([2], [1, 1, 1, 1]));
    expect(y.shape).toEqual([1, 2, 2, 1]);
    expect([...y.dataSync()]).toEqual([12, 14, 20, 22]);
  });

  it.each(["same", "valid"] as const)(
    "is the adjoint of Conv2d with %s padding: ⟨Cx, y⟩ = ⟨x, Cᵀy⟩",
    (padding) => {
      const options = { kernelSize: 4, stride: 2, padding, bias: false, random, initializer: wide };
      const conv = new Conv2d({ ...options, inputs: 2, outputs: 3 });
      const transpose = new ConvTranspose2d({ ...options, inputs: 3, outputs: 2 });
      transpose.weight.assign(conv.weight); // [k, k, 2, 3] is both's order
      const x = tensor4d(random.normals(2 * 8 * 8 * 2), [2, 8, 8, 2]);
      const mapped = conv.forward(x);
      const y = tensor4d(random.normals(mapped.size), mapped.shape);
      const back = transpose.forward(y);
      expect(back.shape).toEqual(x.shape);
      const left = sum(mul(mapped, y)).dataSync()[0] as number;
      const right = sum(mul(x, back)).dataSync()[0] as number;
      expect(left).toBeCloseTo(right, 3);
    },
  );
});

describe("gradients", () => {
  const input = { dense: [3, 4], conv: [2, 4, 4, 2] };
  it("of every layer agree with central differences", () => {
    const dense = new Dense({ inputs: 4, outputs: 2, random, initializer: wide });
    const conv = new Conv2d({ inputs: 2, outputs: 2, kernelSize: 3, random, initializer: wide });
    const transpose = new ConvTranspose2d({
      inputs: 2,
      outputs: 1,
      kernelSize: 4,
      stride: 2,
      random,
      initializer: wide,
    });
    const x = variable(tensor(random.normals(12), input.dense));
    const images = variable(tensor(random.normals(64), input.conv));
    const squareSum = (y: Tensor2D | Tensor4D) => sum(mul(y, y)) as Scalar;
    const parameters = (module: Dense | Conv2d | ConvTranspose2d) => [...module.namedParameters().values()];
    const errors = [
      computeGradientError(() => squareSum(dense.forward(x as never)), [x, ...parameters(dense)]),
      computeGradientError(() => squareSum(conv.forward(images as never)), [images, ...parameters(conv)]),
      computeGradientError(
        () => squareSum(transpose.forward(images as never)),
        [images, ...parameters(transpose)],
      ),
    ];
    for (const error of errors) expect(error).toBeLessThan(3e-3);
  });

  it("leave no tensor behind", () => {
    const before = memory().numTensors;
    const conv = new Conv2d({ inputs: 1, outputs: 2, kernelSize: 3, random });
    const x = tensor4d([1], [1, 1, 1, 1]);
    tidy(() => void conv.forward(x));
    x.dispose();
    expect(memory().numTensors).toBe(before + 2);
    conv.dispose();
    expect(memory().numTensors).toBe(before);
  });
});
