import { type CganOptions, createCgan } from "@gan/cgan";
import {
  type BatchSource,
  createImageStore,
  imageBatches,
  pairedBatches,
  Random,
  type TensorRecord,
  Trainer,
  unpairedBatches,
  type Variant,
} from "@gan/core";
import { type CycleGanOptions, createCycleGan } from "@gan/cyclegan";
import { createDcgan, type DcganOptions } from "@gan/dcgan";
import { createPix2Pix, type Pix2PixOptions } from "@gan/pix2pix";
import { computeSchedule, createProgan, fadeAt, growingBatches, type ProganOptions } from "@gan/progan";
import { createStyleganLite, type StyleganLiteOptions } from "@gan/stylegan-lite";
import { dispose } from "@tensorflow/tfjs-core";
import type { GanName } from "./cases.js";

/** A step to be timed: what the command line says. */
export interface StepRequest {
  gan: GanName;
  model: object;
  batch: number;
  level?: number | undefined;
  fade?: number | undefined;
}

/** Random pictures in memory, enough that no batch repeats at once; drawn one by one, for the process's peak counts. */
function createPictures(side: number, channels: number, name = "random") {
  const count = 128; // ProGAN at 4×4 takes that many
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

const random = new Random(1);

/**
 * A variant's training step as its users run it: pictures gathered from memory by the package's own batches, noise
 * drawn, averages moved, measures read.
 *
 * @returns Takes a step and gives its losses.
 */
export function createStep({ gan, model, batch, level, fade }: StepRequest): () => Promise<number[]> {
  const seeded = { ...model, seed: 1 };
  const sizes = (imageSize: number) => ({ batchSize: batch, imageSize, random });
  switch (gan) {
    case "dcgan": {
      const variant = createDcgan(seeded as DcganOptions);
      const { imageSize, channels } = variant.config;
      const pictures = createImageStore(createPictures(imageSize, channels));
      return takeSteps(variant, imageBatches(pictures, sizes(imageSize)));
    }
    case "stylegan-lite": {
      const variant = createStyleganLite(seeded as StyleganLiteOptions);
      const { imageSize, channels } = variant.config;
      const pictures = createImageStore(createPictures(imageSize, channels));
      return takeSteps(variant, imageBatches(pictures, sizes(imageSize)));
    }
    case "cgan": {
      const variant = createCgan(seeded as CganOptions);
      const { imageSize, channels, classNames } = variant.config;
      const arrays = createPictures(imageSize, channels);
      const labels = Array.from({ length: arrays.count }, (_, index) => index % classNames.length);
      const pictures = createImageStore({ ...arrays, labels, labelNames: classNames });
      return takeSteps(variant, imageBatches(pictures, { ...sizes(imageSize), labels: true }));
    }
    case "pix2pix": {
      const variant = createPix2Pix(seeded as Pix2PixOptions);
      const { imageSize, inputChannels, outputChannels } = variant.config;
      const input = createImageStore(createPictures(imageSize, inputChannels, "input"));
      const target = createImageStore(createPictures(imageSize, outputChannels, "target"));
      return takeSteps(variant, pairedBatches({ input, target }, sizes(imageSize)));
    }
    case "cyclegan": {
      const variant = createCycleGan(seeded as CycleGanOptions);
      const { imageSize, channels } = variant.config;
      const [a, b] = ["a", "b"].map((name) => createImageStore(createPictures(imageSize, channels, name)));
      return takeSteps(variant, unpairedBatches({ a, b } as never, sizes(imageSize)));
    }
    case "progan":
      return createGrowingStep(seeded as ProganOptions, level, fade);
  }
}

/** A step of a stage: while a level fades in, from the given share on, or after. */
function createGrowingStep(options: ProganOptions, level: number | undefined, fade: number | undefined) {
  const variant = createProgan(options);
  const { imageSize, channels } = variant.config;
  const schedule = computeSchedule(variant.config);
  const wanted = level ?? Math.log2(imageSize / 4);
  const stage = schedule.find((one) => one.level === wanted && one.isFading === (fade !== undefined));
  if (stage === undefined) throw new RangeError(`the schedule has no such stage of level ${wanted}`);
  const images = fade === undefined ? 0 : (stage.toImages - stage.fromImages) * fade;
  const from = stage.fromImages + Math.floor(images / stage.batchSize) * stage.batchSize;
  if (fade !== undefined && Math.abs(fadeAt(schedule, from) - fade) > 0.01) {
    throw new RangeError(`the level is at ${fadeAt(schedule, from)} instead of ${fade}`);
  }
  const pictures = createImageStore(createPictures(imageSize, channels));
  return takeSteps(variant, growingBatches(pictures, variant.config, { random }), from);
}

function takeSteps<Network extends string, Batch extends TensorRecord>(
  variant: Variant<Network, Batch>,
  data: BatchSource<Batch>,
  from = 0,
): () => Promise<number[]> {
  const trainer = new Trainer(variant, new Random(1));
  const holders = Object.entries(variant.state ?? {}).map(([name, holder]) => [name, holder.save()]);
  trainer.state = { ...trainer.state, imagesSeen: from, holders: Object.fromEntries(holders) };
  const batches = data.batches(from)[Symbol.asyncIterator]();
  return async () => {
    const { value: batch, done } = await batches.next();
    if (done) throw new RangeError("the data ended");
    const size = Object.values(batch as TensorRecord)[0]?.shape[0] as number;
    const { losses } = trainer.step(batch, size);
    dispose(batch);
    return Object.values(losses);
  };
}
