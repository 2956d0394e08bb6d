import { computeGradientError, useCpuBackend } from "@gan/test-kit";
import {
  type Scalar,
  square,
  sum,
  type Tensor2D,
  tensor,
  tensor2d,
  type Variable,
  variable,
} from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import "../autodiff/index.js";
import { Random } from "../random/index.js";
import { Maxout } from "./maxout.js";

const random = new Random(1);

beforeAll(useCpuBackend);

it("takes the largest of each output's own linear functions", () => {
  const layer = new Maxout({ inputs: 2, outputs: 2, pieces: 3, random });
  const linear = layer.namedParameters();
  linear.get("linear.weight")?.assign(
    tensor2d([
      [1, -1, 0, 2, 0, -2],
      [0, 0, 5, 1, -1, 3],
    ]),
  );
  linear.get("linear.bias")?.assign(tensor([0, 0, 1, 0, 0, 10]));
  // At (3, 1): 3, -3, 6 and 7, -1, 7; at (-3, 0): -3, 3, 1 and -6, 0, 16.
  const y = layer.forward(
    tensor2d([
      [3, 1],
      [-3, 0],
    ]),
  );
  expect(y.shape).toEqual([2, 2]);
  expect([...y.dataSync()]).toEqual([6, 7, 3, 16]);
});

it("has the gradient of the piece that won", () => {
  const layer = new Maxout({ inputs: 3, outputs: 2, pieces: 4, random });
  const x: Variable = variable(tensor2d([...random.normals(6)], [2, 3]));
  const weight = layer.namedParameters().get("linear.weight") as Variable;
  weight.assign(tensor2d([...random.normals(24)], [3, 8]));
  const loss = () => sum(square(layer.forward(x as unknown as Tensor2D))) as Scalar;
  expect(computeGradientError(loss, [x, weight])).toBeLessThan(1e-2);
});

it("has as many weights as its pieces, and refuses sizes that are none", () => {
  expect(new Maxout({ inputs: 784, outputs: 240, random }).parameterCount()).toBe(785 * 1200);
  expect(() => new Maxout({ inputs: 2, outputs: 2, pieces: 0, random })).toThrow(/pieces/);
});
