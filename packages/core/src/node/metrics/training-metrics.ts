import { multiplyDoubles } from "@gan/backend-ort";
import type { CheckpointScore } from "../../checkpoint/index.js";
import type { BatchSource, TensorRecord } from "../../data/index.js";
import { ConfigError } from "../../errors/index.js";
import {
  betterWhen,
  collectFeatures,
  type FeatureCollection,
  type FeatureExtractor,
  type FeatureMetric,
  type MetricReport,
  measure,
} from "../../metrics/index.js";
import { Random } from "../../random/index.js";
import { generatedPictures, referencePictures, type Variant } from "../../train/index.js";
import { collectCached } from "./cached-features.js";

/** Options of {@link createModelMeter}. */
export interface ModelMeterOptions<Network extends string, Batch extends TensorRecord> {
  /** The GAN that is measured. */
  variant: Variant<Network, Batch>;
  /** Real pictures, and what variants that translate begin with. */
  data: BatchSource<Batch>;
  /** Whose features are compared. */
  extractor: FeatureExtractor;
  /** The first decides which model is the best. */
  metrics: readonly FeatureMetric[];
  /** Pictures of each kind; of real ones as many as there are. */
  count: number;
  /** Seeds the samples' noise, the same each time, and the metrics' draws. */
  seed: number;
  /** As for {@link collectCached}, of the real pictures, its default too. */
  cache?: string | false | undefined;
  /** Hears what limits the measurement. Default: nobody does. */
  onWarning?: ((message: string) => void) | undefined;
  /** Hears how many pictures of which kind are done. */
  onProgress?: ((what: string, done: number, count: number) => void) | undefined;
}

/** What a model's pictures are worth. */
export interface MeasuredModel {
  /** The figures and what they were measured with. */
  report: MetricReport;
  /** What the best checkpoint goes by. */
  score: CheckpointScore;
}

/** The number of a metric that decides. */
const decisive: Readonly<Record<FeatureMetric, string>> = {
  fid: "fid",
  kid: "kid",
  is: "is",
  prdc: "coverage",
};

/**
 * Measures a variant's present model against the pictures that it is trained on. Training is left as it
 * would be without: the samples' noise is the meter's own.
 *
 * @returns A function of how many images the model has seen, which decides the size of growing variants.
 * @throws ConfigError when the variant names no real pictures to compare with.
 */
export function createModelMeter<Network extends string, Batch extends TensorRecord>(
  options: ModelMeterOptions<Network, Batch>,
): (imagesSeen: number) => Promise<MeasuredModel> {
  const { variant, data, extractor, metrics, count, seed, onProgress } = options;
  const [first] = metrics;
  if (first === undefined || variant.referenceImages === undefined) {
    throw new ConfigError(
      "core",
      `metrics need at least one name, and a variant with real pictures to compare with; got ${metrics.length} names for ${variant.name}.`,
    );
  }
  const collected = new Map<number, FeatureCollection>(); // real ones, by their stage's first image
  const common = { multiply: multiplyDoubles, random: new Random(seed).fork("kept") };
  const progressOf = (what: string) => ({
    onProgress: (done: number, all: number) => onProgress?.(what, done, all),
  });

  async function collectReal(fromImages: number): Promise<FeatureCollection> {
    const known = collected.get(fromImages);
    if (known !== undefined) return known;
    const source = referencePictures(variant, { data, count, fromImages });
    if (source === undefined) throw new ConfigError("core", `${variant.name} names no real pictures.`);
    const { cache, onWarning } = options;
    const real = await collectCached(source, extractor, {
      ...common,
      cache,
      onWarning,
      ...progressOf("real"),
    });
    collected.clear(); // earlier stages do not come back
    collected.set(fromImages, real);
    return real;
  }

  return async (imagesSeen) => {
    const fromImages = variant.stage?.(imagesSeen).fromImages ?? 0;
    const real = await collectReal(fromImages);
    const source = generatedPictures(variant, { data, count, fromImages, seed });
    const fake = await collectFeatures(source, extractor, { ...common, ...progressOf("generated") });
    const report = measure(metrics, real, fake, { seed, multiply: multiplyDoubles });
    const name = decisive[first];
    const score = {
      name,
      value: report.values[name] as number,
      better: betterWhen[name] as "lower" | "higher",
    };
    return { report, score };
  };
}
