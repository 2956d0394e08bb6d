import {
  collectFeatures,
  computeTranslationQuality,
  createPictureSource,
  DataError,
  type FeatureCollection,
  type FeatureExtractor,
  type ForwardContext,
  fromPixelImages,
  type MatrixOptions,
  measure,
  type PixelImage,
  Random,
  type SizedImageSet,
  type TranslationQuality,
  toPixelImages,
} from "@gan/core";
import { collectCached } from "@gan/core/node";
import type { CycleGan, Direction } from "../cyclegan.js";

/** How {@link evaluateDomains} runs a model. */
export interface EvaluateDomainsOptions extends MatrixOptions {
  /** Says whether it is training, and draws what is random. */
  ctx: ForwardContext;
  /** Whose features are compared. Default: none are. */
  extractor?: FeatureExtractor | undefined;
  /** For each picture of A, the index in B of what it should become, where that is known: never trained on. */
  partners?: ArrayLike<number> | undefined;
  /**
   * The pictures that were trained on: with an extractor, how near translations come to their domain. Default: that is
   * not measured.
   */
  trained?: Record<"a" | "b", SizedImageSet> | undefined;
  /** As `collectCached`, of the features of `trained`, its default too. */
  cache?: string | false | undefined;
  /** Hears what limits the measurement. Default: nobody does. */
  onWarning?: ((message: string) => void) | undefined;
}

/** How far pictures are from those of a domain that were trained on, in the extractor's features. */
export interface DomainDistance {
  /** Fréchet distance. Of few pictures it depends on their number most of all. */
  fid: number;
  /** Kernel distance: of few pictures too its mean is what it is of many. */
  kid: number;
}

/** How good a model is in one direction. */
export interface DirectionQuality {
  /** Of pictures that came back around the cycle, to what they were. */
  cycle: TranslationQuality;
  /** Of translations to their hidden partners, where they are known. */
  translated?: TranslationQuality;
  /** The same of the pictures as they were, to compare with. */
  untranslated?: TranslationQuality;
  /**
   * Distances to the domain that is translated into: of translations, of the pictures as they were, and of the domain's
   * own held-out pictures, which no translation can be expected to beat. Nothing needs to be paired. Absent where one of
   * the domains has fewer than two pictures on either side.
   */
  domain?: Record<"translated" | "untranslated" | "real", DomainDistance>;
}

/**
 * Measures a model both ways on pictures that it was not trained on.
 *
 * @throws DataError when there are none.
 */
export async function evaluateDomains(
  model: CycleGan,
  sets: Record<"a" | "b", SizedImageSet> | undefined,
  options: EvaluateDomainsOptions,
): Promise<Record<Direction, DirectionQuality>> {
  if (sets === undefined) {
    throw new DataError(
      "cyclegan",
      "evaluate needs pictures that were not trained on: a folder's testA and testB, or a data set with a test part.",
    );
  }
  const { ctx, partners, extractor: given, trained } = options;
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
  const compare = async (from: "a" | "b", wanted?: PixelImage[]): Promise<DirectionQuality> => {
    const [to, there, back] = from === "a" ? (["b", "a2b", "b2a"] as const) : (["a", "b2a", "a2b"] as const);
    const inputs = pictures[from];
    const translated = await run(inputs, there);
    const cycle = await computeTranslationQuality(await run(translated, back), inputs, extractor);
    const quality: DirectionQuality = { cycle };
    const counts = [sets.a.count, sets.b.count, trained?.[to].count ?? 0];
    if (trained !== undefined && given !== undefined && extractor !== undefined && Math.min(...counts) > 1) {
      const reference = await collectTrained(trained[to], given, options);
      const distance = (shown: PixelImage[]) =>
        measureDistance(reference, shown, extractor, { ...options, warnings });
      const [untranslated, real] = [await distance(inputs), await distance(pictures[to])];
      quality.domain = { translated: await distance(translated), untranslated, real };
    }
    if (wanted === undefined) return quality;
    return {
      ...quality,
      translated: await computeTranslationQuality(translated, wanted, extractor),
      untranslated: await computeTranslationQuality(inputs, wanted, extractor),
    };
  };
  const warnings = new Set<string>();
  const ofA = partners && Array.from(partners, (index) => pictures.b[index] as PixelImage);
  const ofB = partners && matchBack(pictures.a, partners, pictures.b.length);
  const quality = { a2b: await compare("a", ofA), b2a: await compare("b", ofB) };
  for (const warning of warnings) options.onWarning?.(warning);
  return quality;
}

/** Features of the pictures of one domain that were trained on. */
function collectTrained(set: SizedImageSet, extractor: FeatureExtractor, options: EvaluateDomainsOptions) {
  const { cache, onWarning, multiply } = options;
  const source = createPictureSource(set, { random: new Random(0), onSkip: onWarning });
  return collectCached(source, extractor, { cache, onWarning, multiply, random: new Random(0) });
}

async function measureDistance(
  reference: FeatureCollection,
  pictures: readonly PixelImage[],
  extractor: FeatureExtractor,
  { multiply, warnings: heard }: MatrixOptions & { warnings: Set<string> },
): Promise<DomainDistance> {
  const source = {
    name: "held-out pictures",
    count: pictures.length,
    async *batches(size: number) {
      for (let first = 0; first < pictures.length; first += size) yield pictures.slice(first, first + size);
    },
  };
  const shown = await collectFeatures(source, extractor, { random: new Random(0), multiply });
  const { values, warnings } = measure(["fid", "kid"], reference, shown, { multiply });
  for (const warning of warnings) heard.add(warning);
  return { fid: values.fid as number, kid: values.kid as number };
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
