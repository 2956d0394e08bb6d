import * as tf from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, it } from "vitest";
import { compile, configure } from "../index.js";
import { combineImages, imageInputs } from "./random-images.test-helper.js";

/** Seeds, how many images there are, and how many channels: whole blocks of 16, and others. */
const PROGRAMS = [3, 8, 16, 16, 24, 32, 48].flatMap((channels, index) => [
  { seed: 3 * index, channels, batch: 2 },
  { seed: 3 * index + 1, channels, batch: 2 },
  { seed: 3 * index + 2, channels, batch: index % 2 === 0 ? 1 : 3 },
]);

const STEPS = 12;

/** All values of a random program, and the gradient in its inputs of the means of all values. */
function program(seed: number, inputs: ReturnType<typeof imageInputs>): tf.Tensor[] {
  const total = (...given: tf.Tensor[]): tf.Tensor =>
    tf.addN(combineImages(seed, STEPS, given as typeof inputs).map((value) => tf.mean(tf.tanh(value))));
  return [...combineImages(seed, STEPS, inputs), ...tf.grads(total)(inputs)];
}

describe("random combinations of images", () => {
  afterAll(() => configure({ refuseFallback: false }));

  it.each(PROGRAMS)(
    "equal tfjs-backend-cpu's, seed $seed, $batch images of $channels channels",
    async ({ seed, channels, batch }) => {
      configure({ refuseFallback: true });
      const results: { shape: number[]; values: Float32Array }[][] = [];
      for (const backend of ["cpu", "ort"]) {
        await tf.setBackend(backend);
        const compiled = compile((...inputs: ReturnType<typeof imageInputs>) => program(seed, inputs));
        tf.tidy(() => {
          const made = compiled(...imageInputs(channels, batch));
          results.push(
            made.map((value) => ({ shape: value.shape, values: value.dataSync() as Float32Array })),
          );
        });
        compiled.dispose();
      }
      const [wanted, given] = results as [(typeof results)[number], (typeof results)[number]];
      for (const [index, { shape, values }] of wanted.entries()) {
        const other = given[index] as (typeof given)[number];
        expect(other.shape).toEqual(shape);
        const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
        const error = values.reduce(
          (most, value, at) => Math.max(most, Math.abs(value - (other.values[at] as number))),
          0,
        );
        expect(error / scale, `value ${index} [${shape}]`).toBeLessThan(5e-5);
      }
    },
  );
});
