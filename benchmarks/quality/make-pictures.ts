import { type CganOptions, createCgan } from "@gan/cgan";
import {
  createInferenceContext,
  fromPixelImages,
  type PixelImage,
  Random,
  type TensorRecord,
  toPixelImages,
  type Variant,
} from "@gan/core";
import { findCheckpoint, restoreWeights } from "@gan/core/node";
import { type CycleGanOptions, createCycleGan } from "@gan/cyclegan";
import { createDcgan, type DcganOptions } from "@gan/dcgan";
import { createPix2Pix, type Pix2PixOptions } from "@gan/pix2pix";
import { createProgan, type ProganOptions } from "@gan/progan";
import { createStyleganLite, type StyleganLiteOptions } from "@gan/stylegan-lite";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { QualityCase } from "./cases.js";
import type { OpenedCase } from "./open-case.js";

/** Pictures that are made at once. */
const batchSize = 100;

/** What a run's newest weights make: as many pictures as the case asks for, or translations of its test part. */
export async function makePictures(
  { gan, count }: QualityCase,
  { model, test }: OpenedCase,
  folder: string,
  seed: number,
): Promise<PixelImage[]> {
  const checkpoint = await findCheckpoint(folder);
  if (checkpoint === undefined) throw new Error(`${folder} holds no checkpoint`);
  const ctx = createInferenceContext(new Random(seed).fork("quality"));
  const restored = async <V extends Pick<Variant, "name">>(variant: V): Promise<V> => {
    await restoreWeights(checkpoint, variant as unknown as Variant);
    return variant;
  };
  if (gan === "pix2pix") {
    const { translate } = await restored(createPix2Pix(model as Pix2PixOptions));
    return translateAll(test.input as PixelImage[], (images) => translate(images, ctx));
  }
  if (gan === "cyclegan") {
    const { translate } = await restored(createCycleGan(model as CycleGanOptions));
    const run = (side: "a" | "b", direction: "a2b" | "b2a") =>
      translateAll(test[side] as PixelImage[], (images) => translate(images, direction, ctx));
    return [...(await run("a", "a2b")), ...(await run("b", "b2a"))];
  }
  const variant = await restored(createFromNoise(gan, model));
  const pictures: PixelImage[] = [];
  while (pictures.length < count) {
    const images = variant.sample({ count: Math.min(batchSize, count - pictures.length) }, ctx);
    pictures.push(...(await toPixelImages(images)));
    images.dispose();
  }
  return pictures;
}

function createFromNoise(gan: "dcgan" | "cgan" | "progan" | "stylegan-lite", model: object) {
  const variant = {
    dcgan: () => createDcgan(model as DcganOptions),
    cgan: () => createCgan(model as CganOptions),
    progan: () => createProgan(model as ProganOptions),
    "stylegan-lite": () => createStyleganLite(model as StyleganLiteOptions),
  }[gan]();
  return variant as unknown as Variant<string, TensorRecord>;
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
