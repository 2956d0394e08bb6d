import { type BatchSource, Random, type TensorRecord, Trainer, type Variant } from "@gan/core";
import { dispose } from "@tensorflow/tfjs-core";
import type { AnyBench, AnyModel } from "../variants/find-variants.js";
import type { ThroughputCase } from "./cases.js";

/** A step to be timed: what the command line says. */
export type StepRequest = Pick<ThroughputCase, "batch" | "level" | "fade"> & { model: AnyModel };

/** Random pictures in memory, enough that no batch repeats at once; drawn one by one, for the process's peak counts. */
export function createPictures(
  side: number,
  channels: number,
  name = "random",
  count = 128, // ProGAN at 4×4 takes that many
) {
  const random = new Random(1).fork(name);
  const size = side * side * channels;
  const pixels = new Uint8Array(count * size);
  for (let start = 0; start < pixels.length; start += size) {
    pixels.set(
      random.uniforms(size).map((value) => Math.floor(value * 256)),
      start,
    );
  }
  return { name, count, height: side, width: side, channels, pixels };
}

/**
 * A variant's training step as its users run it: pictures gathered from memory by the package's own batches, noise
 * drawn, averages moved, measures read.
 *
 * @returns Takes a step and gives its losses; it throws RangeError where the data's batches are of another size.
 */
export function createStep(bench: AnyBench, request: StepRequest): () => Promise<number[]> {
  const { model, batch, level, fade } = request;
  const variant = bench.cli.create(model, 1) as Variant<string, TensorRecord>;
  const data = bench.createBatches(model, {
    batchSize: batch,
    random: new Random(1),
    pictures: (side, channels, name) => createPictures(side, channels, name, Math.max(128, batch)),
  });
  return takeSteps(variant, data, batch, bench.startOf?.(model, { level, fade }) ?? 0);
}

function takeSteps(
  variant: Variant<string, TensorRecord>,
  data: BatchSource<TensorRecord>,
  wanted: number,
  from: number,
): () => Promise<number[]> {
  const trainer = new Trainer(variant, new Random(1));
  const holders = Object.entries(variant.state ?? {}).map(([name, holder]) => [name, holder.save()]);
  trainer.state = { ...trainer.state, imagesSeen: from, holders: Object.fromEntries(holders) };
  const batches = data.batches(from)[Symbol.asyncIterator]();
  return async () => {
    const { value: batch, done } = await batches.next();
    if (done) throw new RangeError("the data ended");
    const size = Object.values(batch as TensorRecord)[0]?.shape[0] as number;
    if (size !== wanted) throw new RangeError(`batches of ${wanted} were asked for, got one of ${size}`);
    const { losses } = trainer.step(batch, size);
    dispose(batch);
    return Object.values(losses);
  };
}
