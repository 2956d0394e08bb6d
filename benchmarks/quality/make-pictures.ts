import {
  createInferenceContext,
  fromPixelImages,
  type PixelImage,
  Random,
  type TensorRecord,
  toPixelImages,
  type Variant,
} from "@gan/core";
import { type CheckpointFolder, restoreWeights } from "@gan/core/node";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { AnyBench } from "../variants/find-variants.js";
import type { QualityCase } from "./cases.js";
import type { OpenedCase } from "./open-case.js";

/** Pictures that are made at once. */
const batchSize = 100;

/** What a checkpoint's weights make: as many pictures as the case asks for, or translations of its test part. */
export async function makePictures(
  { cli }: AnyBench,
  { count }: Pick<QualityCase, "count">,
  { config, model, test, sources }: OpenedCase,
  checkpoint: CheckpointFolder,
  seed: number,
): Promise<PixelImage[]> {
  const ctx = createInferenceContext(new Random(seed).fork("quality"));
  const variant = cli.create(model, 0) as Variant<string, TensorRecord>;
  await restoreWeights(checkpoint, variant);
  const translator = cli.createTranslator?.(variant as never, config);
  if (translator !== undefined) {
    const translations: PixelImage[] = [];
    for (const direction of translator.directions) {
      const pictures = test[sources[direction] as string] as PixelImage[];
      const translate = (images: Tensor4D) => translator.translate(images, { direction, dropout: true, ctx });
      translations.push(...(await translateAll(pictures, translate)));
    }
    return translations;
  }
  const pictures: PixelImage[] = [];
  while (pictures.length < count) {
    const images = variant.sample({ count: Math.min(batchSize, count - pictures.length) }, ctx);
    pictures.push(...(await toPixelImages(images)));
    images.dispose();
  }
  return pictures;
}

/** One by one, as a user does. */
async function translateAll(pictures: readonly PixelImage[], translate: (images: Tensor4D) => Tensor4D) {
  const translations: PixelImage[] = [];
  for (const picture of pictures) {
    const images = fromPixelImages([picture]);
    const translated = translate(images);
    translations.push(...(await toPixelImages(translated)));
    images.dispose();
    translated.dispose();
  }
  return translations;
}
