import { createInferenceContext, Random, type TensorRecord, Trainer, type Variant } from "@gan/core";
import { dispose } from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import type { OverfitPlan, VariantSuite } from "../suite.js";
import { disposeVariant, takeValues } from "../variables.js";

const pictureCount = 8;
const sampleCount = 64;

/** How near samples are to the training pictures. */
export interface Nearness {
  /** Mean over samples of the root mean square difference to the nearest training picture. */
  distance: number;
  /** Training pictures that are the nearest of at least one sample. */
  covered: number;
}

/** Compares samples with training pictures, both [count, …] as flat values. */
export function computeNearness(samples: Float32Array, training: Float32Array, pictures: number): Nearness {
  const size = training.length / pictures;
  const nearest = new Set<number>();
  let total = 0;
  const count = samples.length / size;
  for (let sample = 0; sample < count; sample++) {
    let [least, found] = [Number.POSITIVE_INFINITY, -1];
    for (let picture = 0; picture < pictures; picture++) {
      let squares = 0;
      for (let index = 0; index < size; index++) {
        const difference =
          (samples[sample * size + index] as number) - (training[picture * size + index] as number);
        squares += difference * difference;
      }
      if (squares < least) [least, found] = [squares, picture];
    }
    total += Math.sqrt(least / size);
    nearest.add(found);
  }
  return { distance: total / count, covered: nearest.size };
}

/** Trains on the plan's batch alone and tells how near samples are before and after. */
export function overfit<Network extends string, Batch extends TensorRecord>(
  plan: OverfitPlan<Network, Batch>,
  create: (seed: number) => Variant<Network, Batch>,
  kind: VariantSuite<Network, Batch>["kind"],
): { untrained: Nearness; trained: Nearness } {
  const variant = create(4);
  const batch = plan.createBatch();
  const reference = variant.referenceImages?.(batch);
  if (reference === undefined) throw new Error(`${variant.name} names no referenceImages`);
  const batchSize = reference.shape[0];
  const values = reference.dataSync<"float32">();
  const training = values.slice(0, (values.length / batchSize) * pictureCount);
  expect(batchSize % pictureCount, "pictures in the batch beyond a multiple of eight").toBe(0);
  values.forEach((value, index) => {
    if (value !== training[index % training.length]) throw new Error("the batch must repeat eight pictures");
  });
  const measure = () => {
    const count = kind === "translator" ? pictureCount : sampleCount;
    const images = variant.sample({ count, batch }, createInferenceContext(new Random(12)));
    return computeNearness(takeValues(images), training, pictureCount);
  };
  const untrained = measure();
  const trainer = new Trainer(variant, new Random(5));
  for (let step = 0; step < plan.steps; step++) trainer.step(batch, batchSize);
  const trained = measure();
  trainer.dispose();
  dispose(batch);
  disposeVariant(variant);
  return { untrained, trained };
}

/**
 * Learns eight pictures by heart: the mean distance of samples to their nearest training picture falls under
 * a quarter of the untrained network's, and at least four of the eight are the nearest of some sample.
 */
export async function checkOverfit<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
): Promise<void> {
  const plan = suite.overfit;
  const create = (seed: number) => plan.create?.(seed) ?? suite.create(seed);
  const { untrained, trained } = overfit(plan, create, suite.kind);
  const facts = `untrained ${untrained.distance.toFixed(3)}, trained ${trained.distance.toFixed(3)}, ${trained.covered} covered`;
  expect(trained.distance, `distance to the nearest training picture (${facts})`).toBeLessThan(
    untrained.distance / 4,
  );
  expect(trained.covered, `training pictures covered (${facts})`).toBeGreaterThanOrEqual(4);
}
