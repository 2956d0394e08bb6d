import {
  computeTranslationQuality,
  DataError,
  type FeatureExtractor,
  type ForwardContext,
  fromPixelImages,
  type PixelImage,
  type SizedImageSet,
  type TranslationQuality,
  toPixelImages,
} from "@gan/core";
import type { Pix2Pix } from "../pix2pix.js";

/** How {@link evaluatePairs} runs a model. */
export interface EvaluatePairsOptions {
  /** Says whether it is training, and draws what is random. */
  ctx: ForwardContext;
  /** Whether dropout stays on, as in the paper. */
  dropout: boolean;
  /** Whose features are compared. Default: none are. */
  extractor?: FeatureExtractor | undefined;
}

/** Translations of a set of pairs, and what they should be. */
export interface TranslatedPairs {
  /** What was translated. */
  inputs: PixelImage[];
  /** What came out. */
  translations: PixelImage[];
  /** What would have been right. */
  targets: PixelImage[];
}

/** Translates every pair's input, one at a time, in the set's order. */
export async function translatePairs(
  model: Pix2Pix,
  { input, target }: { input: SizedImageSet; target: SizedImageSet },
  { ctx, dropout }: Pick<EvaluatePairsOptions, "ctx" | "dropout">,
): Promise<TranslatedPairs> {
  const pairs: TranslatedPairs = { inputs: [], translations: [], targets: [] };
  for (let index = 0; index < input.count; index++) {
    const picture = await input.read(index);
    const images = fromPixelImages([picture]);
    const translated = model.translate(images, ctx, { dropout });
    pairs.inputs.push(picture);
    pairs.translations.push(...(await toPixelImages(translated)));
    pairs.targets.push(await target.read(index));
    images.dispose();
    translated.dispose();
  }
  return pairs;
}

/**
 * Measures a model on pairs that it was not trained on.
 *
 * @throws DataError when there are none.
 */
export async function evaluatePairs(
  model: Pix2Pix,
  sets: { input: SizedImageSet; target: SizedImageSet } | undefined,
  options: EvaluatePairsOptions,
): Promise<TranslationQuality> {
  if (sets === undefined) {
    throw new DataError(
      "pix2pix",
      "evaluate needs pairs that were not trained on: a folder's test or val, or a data set with a test part.",
    );
  }
  const { translations, targets } = await translatePairs(model, sets, options);
  return computeTranslationQuality(translations, targets, options.extractor);
}
