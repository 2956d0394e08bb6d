import { type BatchSource, dataSchema, type ImageBatch, imageBatches, Random, type Variant } from "@gan/core";
import { openImages } from "@gan/core/node";
import { openDataset } from "@gan/datasets";
import { createProgan, growingBatches, type ProganOptions } from "@gan/progan";
import { createStyleganLite, type StyleganLiteOptions } from "@gan/stylegan-lite";

/** A run's variant with the weights that it began with, and its data. */
export interface OpenedRun {
  variant: Variant<string, ImageBatch>;
  data: BatchSource<ImageBatch>;
  /** Side of the pictures after so many images. */
  sideAt(imagesSeen: number): number;
  close(): Promise<void>;
}

/**
 * Opens what a run was trained on, and its untrained networks.
 *
 * @param grown Images after which a growing variant makes its pictures, although its weights are untrained.
 */
export async function openRun(gan: string, config: unknown, grown: number): Promise<OpenedRun> {
  const {
    model,
    data: given,
    training,
  } = config as {
    model: { imageSize: number; channels: 1 | 3 };
    data: unknown;
    training: { seed: number; batchSize: number };
  };
  const { imageSize, channels } = model;
  const data = dataSchema.parse(given);
  const images = await openImages(data, { imageSize, channels, openNamed: openDataset });
  const { crop, flip, strict } = data;
  const options = { crop, flip, strict, random: new Random(training.seed).fork("data") };
  const close = () => images.close();
  if (gan === "progan") {
    const progan = createProgan({ ...(model as ProganOptions), seed: training.seed });
    const { growth } = progan.state;
    const sideAt = (imagesSeen: number) => {
      growth.imagesSeen = imagesSeen;
      const { size } = growth.stage;
      growth.imagesSeen = grown;
      return size;
    };
    growth.imagesSeen = grown;
    const variant = progan as unknown as OpenedRun["variant"];
    return { variant, data: growingBatches(images, progan.config, options), sideAt, close };
  }
  if (gan === "stylegan-lite") {
    const variant = createStyleganLite({ ...(model as StyleganLiteOptions), seed: training.seed });
    return {
      variant: variant as unknown as OpenedRun["variant"],
      data: imageBatches(images, { ...options, batchSize: training.batchSize, imageSize }),
      sideAt: () => imageSize,
      close,
    };
  }
  throw new RangeError(`--gan must be progan or stylegan-lite, got ${gan}`);
}
