import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { expectParity, runKernel, seededTensor } from "./parity.test-helper.js";

const TRANSPOSES = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

const BATCHES = [
  { a: [], b: [] },
  { a: [3], b: [3] },
  { a: [3], b: [1] },
  { a: [1], b: [3] },
  { a: [2, 3], b: [2, 3] },
  { a: [2, 3], b: [3] },
  { a: [3], b: [] },
  { a: [1, 1], b: [1, 1] },
] as const;

const matrix = (rows: number, columns: number, transposed: boolean): number[] =>
  transposed ? [columns, rows] : [rows, columns];

describe("BatchMatMul", () => {
  const cases = BATCHES.flatMap((batch) => TRANSPOSES.map((transposes) => ({ ...batch, transposes })));
  it.each(cases.map((test) => [JSON.stringify(test), test] as const))("%s", (_, { a, b, transposes }) =>
    expectParity("BatchMatMul", () => {
      const [transposeA, transposeB] = transposes;
      const left = seededTensor([...a, ...matrix(4, 5, transposeA)], 1);
      const right = seededTensor([...b, ...matrix(5, 6, transposeB)], 2);
      return runKernel("BatchMatMul", { a: left, b: right }, { transposeA, transposeB });
    }),
  );

  it.each(TRANSPOSES)("int32, transposed %s %s", (transposeA, transposeB) =>
    expectParity("BatchMatMul", () => {
      const whole = (shape: number[], seed: number): tf.Tensor =>
        tf.cast(tf.mul(seededTensor(shape, seed), 1000), "int32");
      const inputs = { a: whole(matrix(3, 4, transposeA), 1), b: whole(matrix(4, 2, transposeB), 2) };
      return runKernel("BatchMatMul", inputs, { transposeA, transposeB });
    }),
  );

  it.each(TRANSPOSES)("gradients, transposed %s %s", (transposeA, transposeB) =>
    expectParity("BatchMatMul", () =>
      tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.square(tf.matMul(a, b, transposeA, transposeB)))([
        seededTensor([2, ...matrix(4, 5, transposeA)], 1),
        seededTensor([2, ...matrix(5, 3, transposeB)], 2),
      ]),
    ),
  );
});

describe("_FusedMatMul", () => {
  const activations = ["linear", "relu", "relu6", "elu", "prelu", "leakyrelu", "sigmoid"] as const;
  it.each(activations)("with bias and %s", (activation) =>
    expectParity("_FusedMatMul", () =>
      tf.fused.matMul({
        a: seededTensor([4, 5], 1),
        b: seededTensor([3, 5], 2),
        transposeB: true,
        bias: seededTensor([3], 3),
        activation,
        ...(activation === "prelu" ? { preluActivationWeights: seededTensor([3], 4) } : {}),
        leakyreluAlpha: 0.1,
      }),
    ),
  );
});

describe("Einsum", () => {
  const cases: readonly [equation: string, ...shapes: number[][]][] = [
    ["ij,jk->ik", [3, 4], [4, 5]],
    ["ij,jk->ki", [3, 4], [4, 5]],
    ["bij,bjk->bik", [2, 3, 4], [2, 4, 5]],
    ["bijd,bkjd->bjik", [2, 3, 4, 5], [2, 6, 4, 5]],
    ["abc,abd->cd", [2, 3, 4], [2, 3, 5]],
    ["i,j->ij", [3], [4]],
    ["ij,ij->ij", [3, 4], [3, 4]],
    ["ij,ij->", [3, 4], [3, 4]],
    ["ij,i->j", [3, 4], [3]],
    ["ijk->kj", [2, 3, 4]],
    ["ijk->", [2, 3, 4]],
    ["ij->ji", [3, 4]],
  ];
  it.each(cases)("%s", (equation, ...shapes) =>
    expectParity("Einsum", () =>
      tf.einsum(equation, ...shapes.map((shape, index) => seededTensor(shape, index))),
    ),
  );

  // tfjs-backend-cpu leaves k unsummed here and gives [5, 4].
  it("sums subscripts that only one operand has", async () => {
    await tf.setBackend("ort");
    const [result, expected] = tf.tidy(() => {
      const a = seededTensor([2, 3, 4], 1);
      const b = seededTensor<tf.Rank.R2>([4, 5], 2);
      const summed = tf.reshape(tf.sum(a, [0, 1]), [1, 4]) as tf.Tensor2D;
      return [tf.einsum("ijk,kl->l", a, b), tf.reshape(tf.matMul(summed, b), [5])].map((tensor) => ({
        shape: tensor.shape,
        values: Array.from(tensor.dataSync()),
      }));
    });
    expect(result?.shape).toEqual([5]);
    for (const [index, value] of (expected?.values ?? []).entries()) {
      expect(result?.values[index]).toBeCloseTo(value, 4);
    }
  });
});
