import { multiplyDoubles } from "@gan/backend-ort";
import {
  collectFeatures,
  computeConditionalAccuracy,
  computeTranslationQuality,
  type FeatureCollection,
  type FeatureExtractor,
  measure,
  type PictureSource,
  type PixelImage,
  Random,
} from "@gan/core";
import type { QualityCase } from "./cases.js";
import { type OpenedCase, openHeldOut } from "./open-case.js";

/** Figures by name. */
export type Figures = Record<string, number>;

const sourceOf = (name: string, pictures: readonly PixelImage[]): PictureSource => ({
  name,
  count: pictures.length,
  async *batches(size) {
    for (let first = 0; first < pictures.length; first += size) yield pictures.slice(first, first + size);
  },
});

const collect = (name: string, pictures: readonly PixelImage[], extractor: FeatureExtractor) =>
  collectFeatures(sourceOf(name, pictures), extractor, { random: new Random(0), multiply: multiplyDoubles });

/** The middle of a picture: what a black border was put around. */
export function cutMiddle(picture: PixelImage, width: number, height: number): PixelImage {
  if (picture.width === width && picture.height === height) return picture;
  const { channels } = picture;
  const pixels = new Uint8Array(width * height * channels);
  const [top, left] = [(picture.height - height) >> 1, (picture.width - width) >> 1];
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * picture.width + left) * channels;
    pixels.set(picture.pixels.subarray(from, from + width * channels), row * width * channels);
  }
  return { width, height, channels, pixels };
}

/** Measures what a framework made of a case; the same for all frameworks. */
export type MeasurePictures = (pictures: readonly PixelImage[]) => Promise<Figures>;

/** Opens what a case's pictures are compared with, once for all seeds. */
export async function createMeasure(
  one: QualityCase,
  opened: OpenedCase,
  extractor: FeatureExtractor,
): Promise<MeasurePictures> {
  if (one.heldOut === undefined) return createTranslationMeasure(opened, extractor);
  const real = await openHeldOut(one, opened.model);
  const [{ width, height }] = real as [PixelImage];
  const realFeatures = await collect("real", real, extractor);
  return async (pictures) => {
    const cut = pictures.map((picture) =>
      cutMiddle(picture, Math.min(width, picture.width), Math.min(height, picture.height)),
    );
    const fake = await collect("generated", cut, extractor);
    return { ...compare(realFeatures, fake), ...judgeClasses(fake, opened.classNames.length) };
  };
}

function compare(real: FeatureCollection, fake: FeatureCollection): Figures {
  return measure(["fid", "prdc"], real, fake, { multiply: multiplyDoubles }).values;
}

function judgeClasses({ logits, count }: FeatureCollection, classes: number): Figures {
  if (classes === 0 || logits === undefined) return {};
  const asked = Array.from({ length: count }, (_, index) => index % classes);
  return { accuracy: computeConditionalAccuracy(logits, asked).accuracy };
}

/** Opens what translations are compared with: their targets, or of two domains the hidden partners. */
async function createTranslationMeasure(
  { test, partners }: OpenedCase,
  extractor: FeatureExtractor,
): Promise<MeasurePictures> {
  const { target } = test;
  if (target !== undefined) {
    return async (pictures) => {
      const {
        pairs,
        extractor: _,
        ...figures
      } = await computeTranslationQuality(pictures, target, extractor);
      return figures as Figures;
    };
  }
  if (partners === undefined)
    throw new Error("two domains are measured by their hidden pairing, which is not known");
  const { a, b } = test as { a: PixelImage[]; b: PixelImage[] };
  const ofA = Array.from(partners, (place) => b[place] as PixelImage);
  const ofB = new Array<PixelImage>(b.length);
  for (let place = 0; place < a.length; place++) ofB[partners[place] as number] = a[place] as PixelImage;
  const untranslated = {
    a2b: await computeTranslationQuality(a, ofA, extractor),
    b2a: await computeTranslationQuality(b, ofB, extractor),
  };
  return async (pictures) => {
    const figures: Figures = {};
    for (const [direction, made, wanted] of [
      ["a2b", pictures.slice(0, a.length), ofA],
      ["b2a", pictures.slice(a.length), ofB],
    ] as const) {
      const after = await computeTranslationQuality(made, wanted, extractor);
      figures[`${direction}L1`] = after.l1;
      figures[`${direction}FeatureDistance`] = after.featureDistance as number;
      figures[`${direction}FrechetDistance`] = after.frechetDistance as number;
      figures[`${direction}Untranslated`] = untranslated[direction].featureDistance as number;
    }
    return figures;
  };
}
