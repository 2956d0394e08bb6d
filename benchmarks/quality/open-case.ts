import { dataSchema, type ImageSet, type PixelImage, type SizedImageSet } from "@gan/core";
import { createRunConfigParser, type OpenedData, type RunConfig } from "@gan/core/cli";
import { openImages, prepareImages } from "@gan/core/node";
import { openDataset } from "@gan/datasets";
import type { AnyBench, AnyModel } from "../variants/find-variants.js";
import { changePreset, readPreset } from "../variants/read-preset.js";
import type { QualityCase } from "./cases.js";

/** Everything that a case trains on and is measured with. */
export interface OpenedCase {
  /** The whole configuration. */
  config: RunConfig<AnyModel>;
  /** The variant's part of it. */
  model: AnyModel;
  batchSize: number;
  /** Pictures to train on, in the size that batches are cut from. */
  train: Record<string, PixelImage[]>;
  labels: number[] | undefined;
  classNames: readonly string[];
  /** What translations are made of, by the name of their side. */
  test: Record<string, PixelImage[]>;
  /** Which of them each direction translates. */
  sources: Readonly<Record<string, string>>;
  /** Which of them each direction's translations should look like. */
  targets: Readonly<Record<string, string>>;
  /** For each picture of A its partner's place in B, of two domains. */
  partners: ArrayLike<number> | undefined;
  augmentation: { crop: "center" | "random"; flip: boolean };
}

/** Pads a picture with black to a square, as batches do. */
export function pad(picture: PixelImage, side: number): PixelImage {
  const { width, height, channels, pixels } = picture;
  if (width === side && height === side) return picture;
  const padded = new Uint8Array(side * side * channels);
  const [top, left] = [Math.floor((side - height) / 2), Math.floor((side - width) / 2)];
  for (let row = 0; row < height; row++) {
    const line = pixels.subarray(row * width * channels, (row + 1) * width * channels);
    padded.set(line, ((top + row) * side + left) * channels);
  }
  return { width: side, height: side, channels, pixels: padded };
}

/** All pictures of a set. */
const readAll = (set: ImageSet): Promise<PixelImage[]> =>
  Promise.all(Array.from({ length: set.count }, (_, index) => set.read(index)));

/**
 * The held-out pictures that a case compares with, in the size and colours of what its GAN makes; drawn ones, which
 * take minutes, come from the cache of pictures the next time.
 */
export async function openHeldOut(
  { name: of, heldOut, count }: QualityCase,
  model: AnyModel,
): Promise<PixelImage[]> {
  if (heldOut === undefined) throw new Error(`${of} names no held-out set`);
  const { imageSize, channels } = model as AnyModel & { channels: 1 | 3 };
  const set = await openDataset(heldOut.name, {
    imageSize,
    ...(heldOut.count !== undefined && { count: heldOut.count }),
  });
  if ("height" in set) return (await readAll(set)).slice(0, count);
  const sized = await prepareImages(set, { height: imageSize, width: imageSize, channels });
  const pictures = await readAll(sized);
  await sized.close();
  return pictures.slice(0, count);
}

const readSides = async (sets: Readonly<Record<string, SizedImageSet>>) =>
  Object.fromEntries(
    await Promise.all(Object.entries(sets).map(async ([side, set]) => [side, await readAll(set)] as const)),
  );

/** A case's preset with its settings and all defaults. */
export function readConfig({ cli }: AnyBench, { preset, settings }: QualityCase): RunConfig<AnyModel> {
  const parse = createRunConfigParser<AnyModel>(cli as never);
  return parse(changePreset(readPreset(cli, preset), settings));
}

/** Opens what a case trains on. */
export async function openCase(bench: AnyBench, one: QualityCase): Promise<OpenedCase> {
  const { cli, openPictures } = bench;
  const config = readConfig(bench, one);
  const { model } = config;
  const { batchSize } = config.training;
  if (openPictures !== undefined) {
    const { train, test, sources, targets, partners, close } = await openPictures(config);
    const sides = { train: await readSides(train), test: await readSides(test) };
    await close();
    if (Object.keys(test).length === 0) throw new Error("the data have no test part");
    const plain = { labels: undefined, classNames: [], augmentation: config.data };
    return { config, model, batchSize, ...plain, ...sides, sources, targets, partners };
  }
  const { imageSize, channels } = model as AnyModel & { channels: 1 | 3 };
  const set = await openImages(dataSchema.parse(config.data), {
    imageSize,
    channels,
    openNamed: openDataset,
  });
  const pictures = (await readAll(set)).map((picture) => pad(picture, imageSize));
  const isTold = cli.classNames !== undefined;
  const classNames = isTold ? (set.classNames ?? []) : [];
  const told = isTold ? cli.completeModel?.(model, { classNames } as OpenedData<never>) : undefined;
  const labels = isTold ? Array.from(pictures, (_, index) => set.label?.(index) as number) : undefined;
  await set.close();
  return {
    config: { ...config, model: told ?? model },
    model: told ?? model,
    batchSize,
    train: { images: pictures },
    test: {},
    sources: {},
    targets: {},
    labels,
    classNames,
    partners: undefined,
    augmentation: config.data,
  };
}
