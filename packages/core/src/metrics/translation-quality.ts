import type { PixelImage } from "../data/index.js";
import { DataError } from "../errors/index.js";
import type { FeatureExtractor } from "./feature-extractor.js";
import { computeStatistics } from "./feature-statistics.js";
import { computeFrechetDistance } from "./frechet-distance.js";
import { computePixelErrors } from "./pixel-errors.js";
import {
  computeMultiScaleSimilarity,
  computeStructuralSimilarity,
  leastMultiScaleSide,
} from "./structural-similarity.js";

/** How near translations come to what they should be; means over the pairs. */
export interface TranslationQuality {
  /** Pictures that were compared. */
  pairs: number;
  /** Mean absolute difference, as a share of the range: 0 to 1. */
  l1: number;
  /** Decibel. Equal pictures, whose ratio is infinite, count as 100. */
  psnr: number;
  /** 1 for equal pictures. */
  ssim: number;
  /** At five scales; absent where a picture has a side under 176 pixels. */
  msSsim?: number;
  /** Mean Euclidean distance between the features of a translation and its target, and whose features. */
  featureDistance?: number;
  /** Fréchet distance between all translations and all targets, in the same features. */
  frechetDistance?: number;
  /** Whose features were compared. Absent where none were. */
  extractor?: string;
}

const mostDecibel = 100;

/**
 * Compares translations with their targets, picture by picture.
 *
 * @param extractor Its features give the last two figures.
 * @throws DataError when the lists differ in length or are empty, ShapeError when two pictures differ in size.
 */
export async function computeTranslationQuality(
  translations: readonly PixelImage[],
  targets: readonly PixelImage[],
  extractor?: FeatureExtractor,
): Promise<TranslationQuality> {
  const { length: pairs } = translations;
  if (pairs === 0 || pairs !== targets.length) {
    throw new DataError(
      "core",
      `translations need as many targets, at least one, got ${pairs} and ${targets.length}.`,
    );
  }
  const sums = { l1: 0, psnr: 0, ssim: 0 };
  translations.forEach((translation, index) => {
    const target = targets[index] as PixelImage;
    const { l1, psnr } = computePixelErrors(translation, target);
    sums.l1 += l1 / pairs;
    sums.psnr += Math.min(psnr, mostDecibel) / pairs;
    sums.ssim += computeStructuralSimilarity(translation, target) / pairs;
  });
  const isLarge = translations.every(({ width, height }) => Math.min(width, height) >= leastMultiScaleSide);
  const figures: TranslationQuality = {
    pairs,
    ...sums,
    ...(isLarge && { msSsim: averageOver(translations, targets, computeMultiScaleSimilarity) }),
  };
  if (extractor === undefined) return figures;
  const [first, second] = [await extractAll(extractor, translations), await extractAll(extractor, targets)];
  const size = extractor.featureCount;
  let featureDistance = 0;
  for (let pair = 0; pair < pairs; pair++) {
    let squares = 0;
    for (let index = pair * size; index < (pair + 1) * size; index++) {
      squares += ((first[index] as number) - (second[index] as number)) ** 2;
    }
    featureDistance += Math.sqrt(squares) / pairs;
  }
  const statistics = (values: Float32Array) => computeStatistics({ values, count: pairs, size });
  const frechet = pairs > 1 && {
    frechetDistance: computeFrechetDistance(statistics(first), statistics(second)),
  };
  return { ...figures, extractor: extractor.name, featureDistance, ...frechet };
}

/** The mean over the pairs. */
function averageOver(
  translations: readonly PixelImage[],
  targets: readonly PixelImage[],
  compare: (one: PixelImage, other: PixelImage) => number,
): number {
  const values = translations.map((translation, index) => compare(translation, targets[index] as PixelImage));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function extractAll(
  extractor: FeatureExtractor,
  pictures: readonly PixelImage[],
): Promise<Float32Array> {
  const { featureCount, batchSize } = extractor;
  const all = new Float32Array(pictures.length * featureCount);
  for (let start = 0; start < pictures.length; start += batchSize) {
    const { features } = await extractor.extract(pictures.slice(start, start + batchSize));
    all.set(features, start * featureCount);
  }
  return all;
}
