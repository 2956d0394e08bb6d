import { multiplyDoubles } from "@gan/backend-ort";
import type { BatchSource, TensorRecord } from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import { collectFeatures, type FeatureExtractor, type FeatureMetric, measure } from "../metrics/index.js";
import { collectCached } from "../node/index.js";
import { Random } from "../random/index.js";
import { referencePictures, type Variant } from "../train/index.js";
import type { CliDefinition } from "./definition.js";
import type { RunConfig } from "./run-config.js";

/** A model's networks as they are before training, and as far grown: what a model's figures begin at. */
export function createUntrained<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(definition: CliDefinition<Network, Batch, Model, V>, { model, training }: RunConfig<Model>, trained: V): V {
  const variant = definition.create(model, training.seed);
  for (const [name, holder] of Object.entries(trained.state ?? {})) {
    if (holder.namedVariables === undefined) variant.state?.[name]?.load(holder.save());
  }
  return variant;
}

/** How {@link measureFloor} measures. */
export interface FloorOptions<Network extends string, Batch extends TensorRecord> {
  variant: Variant<Network, Batch>;
  /** What generated pictures are compared with. */
  real: BatchSource<Batch>;
  /** What was trained on. */
  trained: BatchSource<Batch>;
  extractor: FeatureExtractor;
  metrics: readonly FeatureMetric[];
  count: number;
  seed: number;
  fromImages: number;
}

/** The figures that training pictures have themselves: what the best model's figures end at. */
export async function measureFloor<Network extends string, Batch extends TensorRecord>(
  options: FloorOptions<Network, Batch>,
): Promise<Record<string, number>> {
  const { variant, extractor, metrics, count, seed, fromImages } = options;
  const collect = (data: BatchSource<Batch>) => {
    const pictures = referencePictures(variant, { data, count, fromImages });
    if (pictures === undefined) throw new ConfigError("core", `${variant.name} names no real pictures.`);
    return pictures;
  };
  const common = { multiply: multiplyDoubles, random: new Random(seed).fork("kept") };
  const real = await collectCached(collect(options.real), extractor, common);
  const fake = await collectFeatures(collect(options.trained), extractor, common);
  return measure(metrics, real, fake, { seed, multiply: multiplyDoubles }).values;
}
