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
import type { CycleGan, Direction } from "../cyclegan.js";

/** How {@link evaluateDomains} runs a model. */
export interface EvaluateDomainsOptions {
  /** Says whether it is training, and draws what is random. */
  ctx: ForwardContext;
  /** Whose features are compared. Default: none are. */
  extractor?: FeatureExtractor | undefined;
  /** For each picture of A, the index in B of what it should become, where that is known: never trained on. */
  partners?: ArrayLike<number> | undefined;
}

/** How good a model is in one direction. */
export interface DirectionQuality {
  /** Of pictures that came back around the cycle, to what they were. */
  cycle: TranslationQuality;
  /** Of translations to their hidden partners, where they are known. */
  translated?: TranslationQuality;
  /** The same of the pictures as they were, to compare with. */
  untranslated?: TranslationQuality;
}

/**
 * Measures a model both ways on pictures that it was not trained on.
 *
 * @throws DataError when there are none.
 */
export async function evaluateDomains(
  model: CycleGan,
  sets: Record<"a" | "b", SizedImageSet> | undefined,
  { ctx, extractor: given, partners }: EvaluateDomainsOptions,
): Promise<Record<Direction, DirectionQuality>> {
  if (sets === undefined) {
    throw new DataError(
      "cyclegan",
      "evaluate needs pictures that were not trained on: a folder's testA and testB, or a data set with a test part.",
    );
  }
  const extractor = given && rememberFeatures(given);
  const pictures = { a: await readAll(sets.a), b: await readAll(sets.b) };
  const run = async (inputs: readonly PixelImage[], direction: Direction) => {
    const outputs: PixelImage[] = [];
    for (const input of inputs) {
      const images = fromPixelImages([input]);
      const translated = model.translate(images, direction, ctx);
      outputs.push(...(await toPixelImages(translated)));
      images.dispose();
      translated.dispose();
    }
    return outputs;
  };
  const measure = async (inputs: PixelImage[], there: Direction, back: Direction, wanted?: PixelImage[]) => {
    const translated = await run(inputs, there);
    const quality: DirectionQuality = {
      cycle: await computeTranslationQuality(await run(translated, back), inputs, extractor),
    };
    if (wanted === undefined) return quality;
    return {
      ...quality,
      translated: await computeTranslationQuality(translated, wanted, extractor),
      untranslated: await computeTranslationQuality(inputs, wanted, extractor),
    };
  };
  const ofA = partners && Array.from(partners, (index) => pictures.b[index] as PixelImage);
  const ofB = partners && matchBack(pictures.a, partners, pictures.b.length);
  return {
    a2b: await measure(pictures.a, "a2b", "b2a", ofA),
    b2a: await measure(pictures.b, "b2a", "a2b", ofB),
  };
}

/** For each picture of B the one of A whose partner it is. */
function matchBack(a: readonly PixelImage[], partners: ArrayLike<number>, count: number): PixelImage[] {
  const matched = new Array<PixelImage>(count);
  for (let index = 0; index < partners.length; index++) {
    matched[partners[index] as number] = a[index] as PixelImage;
  }
  return matched;
}

/** An extractor that looks at each picture once, however often it is compared. */
function rememberFeatures(extractor: FeatureExtractor): FeatureExtractor {
  const known = new Map<PixelImage, Float32Array>();
  const { featureCount } = extractor;
  return {
    ...extractor,
    async extract(pictures) {
      const fresh = pictures.filter((picture) => !known.has(picture));
      if (fresh.length > 0) {
        const { features } = await extractor.extract(fresh);
        fresh.forEach((picture, row) => {
          known.set(picture, features.slice(row * featureCount, (row + 1) * featureCount));
        });
      }
      const features = new Float32Array(pictures.length * featureCount);
      pictures.forEach((picture, row) => {
        features.set(known.get(picture) as Float32Array, row * featureCount);
      });
      return { features };
    },
  };
}

const readAll = (set: SizedImageSet) =>
  Promise.all(Array.from({ length: set.count }, (_, index) => set.read(index)));
