import { createInferenceContext, Random, type SampleRequest, type TensorRecord } from "@gan/core";
import { dispose, memory, tensor1d } from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import type { VariantSuite } from "../suite.js";
import { disposeVariant, takeValues } from "../variables.js";

/**
 * Samples have the declared shape and range, come again from the same seed, change with what decides them,
 * and leave no tensor behind.
 */
export async function checkSamples<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
): Promise<void> {
  const variant = suite.create(1);
  const [batch, otherBatch] = [suite.createBatch(new Random(2)), suite.createBatch(new Random(3))];
  const count = Math.min(3, suite.batchSize);
  const sample = (seed: number, request: Partial<SampleRequest<Batch>> = {}) => {
    const images = variant.sample({ count, batch, ...request }, createInferenceContext(new Random(seed)));
    expect(images.shape, "the shape of samples").toEqual([count, ...suite.pictureShape]);
    expect(images.dtype).toBe("float32");
    return takeValues(images);
  };
  const values = sample(5);
  for (const value of values) {
    if (!(value >= -1 && value <= 1)) expect(value, "a sample's value, in [-1, 1]").toBeNaN();
  }
  expect(new Set(values).size, "different values in the samples of fresh weights").toBeGreaterThan(10);
  const before = memory().numTensors;
  expect(sample(5), "samples of the same seed").toEqual(values);
  expect(memory().numTensors, "tensors after sampling").toBe(before);
  if (suite.kind === "translator") {
    expect(sample(5, { batch: otherBatch }), "translations of other pictures").not.toEqual(values);
  } else {
    expect(sample(6), "samples of another seed").not.toEqual(values);
  }
  if (suite.kind === "conditional") {
    const ofClass = (label: number) => {
      const condition = tensor1d(new Int32Array(count).fill(label), "int32");
      const images = sample(5, { condition });
      condition.dispose();
      return images;
    };
    const classes = Array.from({ length: suite.classes as number }, (_, label) => ofClass(label).join());
    expect(new Set(classes).size, "different pictures of the classes, from the same noise").toBe(
      suite.classes,
    );
  }
  if (variant.latentSpace !== undefined) {
    const { draw, generate } = variant.latentSpace;
    const ctx = createInferenceContext(new Random(5));
    const points = draw(count, ctx);
    const images = takeValues(generate(points, ctx));
    points.dispose();
    const away = Math.max(...images.map((value, index) => Math.abs(value - (values[index] as number))));
    expect(away, "distance of samples and of pictures at the same latent points").toBeLessThan(1e-5);
    expect(memory().numTensors, "tensors after pictures of the latent space").toBe(before);
  }
  dispose([batch, otherBatch]);
  disposeVariant(variant);
}
