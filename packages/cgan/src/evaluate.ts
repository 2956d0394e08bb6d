import {
  computeConditionalAccuracy,
  computeFrechetDistance,
  computeIntraClassDistance,
  computePrecisionRecall,
  computeStatistics,
  DataError,
  type FeatureExtractor,
  type FeatureMatrix,
  type ForwardContext,
  type ImageSet,
  type MatrixOptions,
  type PixelImage,
} from "@gan/core";
import { tensor1d } from "@tensorflow/tfjs-core";
import type { Cgan } from "./cgan.js";

/** How true to their classes and how varied generated pictures are. */
export interface ClassFigures {
  /** Generated pictures, as many of each class as can be. */
  generated: number;
  /** Real pictures that they are compared with. */
  real: number;
  /** Share that the classifier takes for the class that was asked for, 0 to 1. */
  accuracy: number;
  /** The same by the name of the class. */
  accuracyByClass: Record<string, number>;
  /** Share of the classifier's right answers on the real pictures: what the accuracy can be judged by. */
  realAccuracy: number;
  /** Fréchet distance of the extractor's features; comparable only to others with the same extractor. */
  frechetDistance: number;
  /**
   * The mean of the distances of one class's pictures to real ones of it: unlike that of whole sets it sees pictures
   * of the wrong class. Absent where a class has fewer than two pictures.
   */
  intraClassDistance?: number;
  /** The same by the name of the class. */
  intraClassDistanceByClass?: Record<string, number>;
  /** Share of generated pictures within the reach of real ones. */
  precision: number;
  /** Share of real pictures within the reach of generated ones. */
  recall: number;
  /** How densely real ones surround generated ones; 1 where both are alike. */
  density: number;
  /** Share of real pictures that have a generated one near. */
  coverage: number;
}

/** Options of {@link evaluateClasses}. */
export interface EvaluateClassesOptions extends MatrixOptions {
  /** A classifier of the same classes in the same order. */
  extractor: FeatureExtractor;
  /** Labelled pictures that were not trained on. */
  real: ImageSet;
  /** Pictures to generate. */
  count: number;
  /** Where the noise comes from. */
  ctx: ForwardContext;
}

/**
 * Generates pictures of every class in turn and lets a classifier judge them. Where the real pictures are smaller
 * than the network's, as digits of 28 pixels on 32, the border is cut off that batches put around them.
 *
 * @throws DataError when the classifier knows another number of classes, or the real pictures have no labels.
 */
export async function evaluateClasses(cgan: Cgan, options: EvaluateClassesOptions): Promise<ClassFigures> {
  const { extractor, real, count, ctx } = options;
  const { classNames } = cgan.config;
  const { label } = real;
  if (extractor.classCount !== classNames.length) {
    throw new DataError(
      "cgan",
      `the accuracy needs a classifier of these ${classNames.length} classes, got ${extractor.name}, which knows ${extractor.classCount || "none"}. Choose another --extractor.`,
    );
  }
  if (label === undefined) throw new DataError("cgan", `${real.name} has no labels to compare with.`);
  const first = await real.read(0);
  const made = await extractAll(extractor, count, (start, size) => generate(cgan, start, size, first, ctx));
  const seen = await extractAll(extractor, real.count, (start, size) =>
    Promise.all(Array.from({ length: size }, (_, index) => real.read(start + index))),
  );
  const asked = Array.from({ length: count }, (_, index) => index % classNames.length);
  const named = (values: readonly number[]) =>
    Object.fromEntries(classNames.map((name, index) => [name, values[index] as number]));
  const { accuracy, byClass } = computeConditionalAccuracy(made.logits, asked);
  const labels = Array.from({ length: real.count }, (_, index) => label.call(real, index));
  const [realStatistics, madeStatistics] = [seen.features, made.features].map((features) =>
    computeStatistics(features, options),
  ) as [ReturnType<typeof computeStatistics>, ReturnType<typeof computeStatistics>];
  const isComparable = classNames.every((_, index) =>
    [labels, asked].every((list) => list.filter((value) => value === index).length > 1),
  );
  const within = isComparable
    ? computeIntraClassDistance(
        { ...seen.features, labels },
        { ...made.features, labels: asked },
        classNames.length,
        options,
      )
    : undefined;
  return {
    generated: count,
    real: real.count,
    accuracy,
    accuracyByClass: named(byClass),
    realAccuracy: computeConditionalAccuracy(seen.logits, labels).accuracy,
    frechetDistance: computeFrechetDistance(realStatistics, madeStatistics, options),
    ...(within && {
      intraClassDistance: within.mean,
      intraClassDistanceByClass: named(within.byClass),
    }),
    ...computePrecisionRecall(seen.features, made.features, options),
  };
}

/** Features and logits of `count` pictures, a batch of the extractor's at a time. */
async function extractAll(
  extractor: FeatureExtractor,
  count: number,
  read: (start: number, size: number) => Promise<PixelImage[]>,
): Promise<{ features: FeatureMatrix; logits: FeatureMatrix }> {
  const { featureCount, classCount, batchSize } = extractor;
  const features = new Float32Array(count * featureCount);
  const logits = new Float32Array(count * classCount);
  for (let start = 0; start < count; start += batchSize) {
    const found = await extractor.extract(await read(start, Math.min(batchSize, count - start)));
    features.set(found.features, start * featureCount);
    logits.set(found.logits as Float32Array, start * classCount);
  }
  return {
    features: { values: features, count, size: featureCount },
    logits: { values: logits, count, size: classCount },
  };
}

/** Pictures as bytes, classes in turn from `start`, cut to the size of the real ones where those are smaller. */
async function generate(
  { config, sample }: Cgan,
  start: number,
  count: number,
  real: PixelImage,
  ctx: ForwardContext,
): Promise<PixelImage[]> {
  const { imageSize, channels, classNames } = config;
  const labels = Int32Array.from({ length: count }, (_, index) => (start + index) % classNames.length);
  const condition = tensor1d(labels, "int32");
  const images = sample({ count, condition }, ctx);
  const values = await images.data<"float32">();
  images.dispose();
  condition.dispose();
  const [height, width] = [Math.min(imageSize, real.height), Math.min(imageSize, real.width)];
  const [top, left] = [(imageSize - height) >> 1, (imageSize - width) >> 1];
  return Array.from({ length: count }, (_, picture) => {
    const pixels = new Uint8Array(height * width * channels);
    for (let row = 0; row < height; row++) {
      const from = ((picture * imageSize + top + row) * imageSize + left) * channels;
      for (let offset = 0; offset < width * channels; offset++) {
        const value = values[from + offset] as number;
        pixels[row * width * channels + offset] = Math.min(255, Math.max(0, Math.round((value + 1) * 127.5)));
      }
    }
    return { width, height, channels, pixels };
  });
}
