import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { compile } from "../index.js";

beforeEach(async () => {
  await tf.setBackend("ort");
});
afterEach(() => tf.disposeVariables());

const residentMegabytes = () => process.memoryUsage().rss / 2 ** 20;

/** Runs, three times, a sum over a matrix of 144 megabytes: its value, and what the process holds more afterwards. */
function runLarge(isSeldom: boolean): { value: number; heldMegabytes: number } {
  const large = compile((x: tf.Tensor2D) => tf.sum(tf.abs(tf.matMul(x, x, true))), {
    name: "large",
    isSeldom: () => isSeldom,
  });
  const x = tf.ones([1, 6000]) as tf.Tensor2D;
  const before = residentMegabytes();
  let value = 0;
  for (let run = 0; run < 3; run++) {
    const result = large(x);
    [value] = result.dataSync() as unknown as [number];
    result.dispose();
  }
  const heldMegabytes = residentMegabytes() - before;
  large.dispose();
  x.dispose();
  return { value, heldMegabytes };
}

it("gives back what a graph that is run seldom has worked in", () => {
  const seldom = runLarge(true);
  const often = runLarge(false);
  expect(seldom.value).toBe(3.6e7);
  expect(often.value).toBe(seldom.value);
  expect(often.heldMegabytes).toBeGreaterThan(100);
  expect(seldom.heldMegabytes).toBeLessThan(50);
});

it("asks with the arguments, once for each graph", () => {
  const asked: unknown[] = [];
  const scale = compile((x: tf.Tensor, factor: number) => tf.mul(x, factor), {
    isSeldom: (x, factor) => {
      asked.push([x.shape, factor]);
      return factor > 2;
    },
  });
  const x = tf.ones([3]);
  for (const factor of [2, 3, 2, 3]) scale(x, factor).dispose();
  expect(asked).toEqual([
    [[3], 2],
    [[3], 3],
  ]);
  x.dispose();
  scale.dispose();
});
