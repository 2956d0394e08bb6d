import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInferenceContext, Random, type TensorRecord, train, type Variant } from "@gan/core";
import { findCheckpoint, restoreWeights, saveRun } from "@gan/core/node";
import { dispose } from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { createBatches } from "../batches.js";
import type { VariantSuite } from "../suite.js";
import { disposeVariant, takeValues } from "../variables.js";

const steps = 5;
const seed = 6;

/**
 * Trains five steps into a folder, or goes on there, stops after `abortAfter` steps if that is given, and frees
 * everything.
 *
 * @param losses Takes the losses of each step.
 * @returns The steps taken.
 */
export async function trainInto<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
  folder: string,
  abortAfter = Number.POSITIVE_INFINITY,
  losses: number[][] = [],
): Promise<number> {
  const { batchSize } = suite;
  const controller = new AbortController();
  const variant = suite.create(seed);
  const totalImages = steps * batchSize;
  const sampleCount = Math.min(4, batchSize);
  const every = { sampleEveryImages: totalImages, checkpointEveryImages: totalImages };
  const run = saveRun(folder, { config: { suite: true }, seed, ...every, sampleCount });
  let taken = 0;
  let ended = "";
  const { signal } = controller;
  const data = createBatches(suite);
  for await (const event of train({
    variant,
    data,
    totalImages,
    seed,
    signal,
    healthEveryImages: 0,
    ...run,
  })) {
    if (event.type === "step") losses.push(Object.values(event.losses));
    if (event.type === "step" && ++taken === abortAfter) controller.abort();
    if (event.type === "end") ended = event.reason;
  }
  expect(ended, "how training ended").toBe(Number.isFinite(abortAfter) ? "aborted" : "complete");
  disposeVariant(variant);
  return taken;
}

/**
 * A run that is aborted leaves a checkpoint which a fresh variant loads, and goes on from it to the same
 * bits, files included, as one that was never interrupted.
 */
export async function checkResume<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gan-variant-"));
  try {
    const [whole, parts] = [join(folder, "whole"), join(folder, "parts")];
    expect(await trainInto(suite, whole)).toBe(steps);
    expect(await trainInto(suite, parts, 2)).toBe(2);
    await checkAborted(suite, parts);
    expect(await trainInto(suite, parts), "steps after the interruption").toBe(steps - 2);
    const end = join("checkpoints", String(steps * suite.batchSize).padStart(12, "0"));
    const files = await readdir(join(whole, end));
    expect(files).toContain("weights.safetensors");
    for (const file of files.map((name) => join(end, name))) {
      const equal = (await readFile(join(parts, file))).equals(await readFile(join(whole, file)));
      expect(equal, `${file} of the resumed run equals that of the uninterrupted one`).toBe(true);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The checkpoint of an aborted run fills fresh networks, which then sample what the trained ones did. */
async function checkAborted<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
  run: string,
): Promise<void> {
  const checkpoint = await findCheckpoint(run);
  if (checkpoint === undefined) throw new Error("the aborted run left no checkpoint");
  expect(checkpoint.state.trainer.imagesSeen).toBe(2 * suite.batchSize);
  const values = await sampleCheckpoint(suite, run);
  expect(values.every(Number.isFinite)).toBe(true);
  expect(values, "samples of the loaded checkpoint, against those of fresh weights").not.toEqual(
    sample(suite, suite.create(seed + 1)),
  );
}

/** What fresh networks sample that a run's last checkpoint fills. */
export async function sampleCheckpoint<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
  run: string,
): Promise<Float32Array> {
  const checkpoint = await findCheckpoint(run);
  if (checkpoint === undefined) throw new Error("the run left no checkpoint");
  const loaded = suite.create(seed + 1);
  await restoreWeights(checkpoint, loaded as unknown as Variant);
  return sample(suite, loaded);
}

function sample<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
  variant: Variant<Network, Batch>,
): Float32Array {
  const batch = suite.createBatch(new Random(8));
  const count = Math.min(4, suite.batchSize);
  const values = takeValues(variant.sample({ count, batch }, createInferenceContext(new Random(9))));
  dispose(batch);
  disposeVariant(variant);
  return values;
}
