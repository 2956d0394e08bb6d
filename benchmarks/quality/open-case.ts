import { parseCganConfig } from "@gan/cgan";
import {
  dataSchema,
  domainDataSchema,
  type ImageSet,
  type PixelImage,
  pairDataSchema,
  type SizedImageSet,
} from "@gan/core";
import { openImages } from "@gan/core/node";
import { type CycleGanOptions, parseCycleGanConfig } from "@gan/cyclegan";
import { findPartners, openPart as openDomainPart } from "@gan/cyclegan/node";
import { openDataset } from "@gan/datasets";
import { parseDcganConfig } from "@gan/dcgan";
import { type Pix2PixOptions, parsePix2PixConfig } from "@gan/pix2pix";
import { openPart as openPairPart } from "@gan/pix2pix/node";
import { parseProganConfig } from "@gan/progan";
import { parseStyleganLiteConfig } from "@gan/stylegan-lite";
import { readPreset } from "../throughput/cases.js";
import type { QualityCase } from "./cases.js";

/** Everything that a case trains on and is measured with. */
export interface OpenedCase {
  /** The variant's whole configuration. */
  model: { imageSize: number };
  batchSize: number;
  /** Pictures to train on, in the size that batches are cut from. */
  train: Record<string, PixelImage[]>;
  labels: number[] | undefined;
  classNames: readonly string[];
  /** What translations are made of, by the name of their side. */
  test: Record<string, PixelImage[]>;
  /** For each picture of A its partner's place in B, of two domains. */
  partners: ArrayLike<number> | undefined;
  augmentation: { crop: "center" | "random"; flip: boolean };
}

/** A preset with the case's settings. */
function readConfig({ gan, preset, settings }: QualityCase) {
  const config = structuredClone(readPreset(gan, preset)) as unknown as Record<
    "model" | "data" | "training",
    Record<string, unknown>
  >;
  for (const [path, value] of Object.entries(settings)) {
    const [section, key, ...more] = path.split(".");
    if (!(section === "model" || section === "data" || section === "training") || !key || more.length > 0) {
      throw new RangeError(`settings of a case are section.key, got ${path}`);
    }
    config[section][key] = value;
  }
  return config;
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
export const readAll = (set: ImageSet): Promise<PixelImage[]> =>
  Promise.all(Array.from({ length: set.count }, (_, index) => set.read(index)));

const readSides = async <Side extends string>(sets: Record<Side, SizedImageSet>) => {
  const sides = Object.entries<SizedImageSet>(sets);
  return Object.fromEntries(
    await Promise.all(sides.map(async ([side, set]) => [side, await readAll(set)] as const)),
  );
};

/** Opens what a case trains on. */
export async function openCase(one: QualityCase): Promise<OpenedCase> {
  const { model, data, training } = readConfig(one);
  const batchSize = (training.batchSize as number | undefined) ?? 1;
  const plain = { batchSize, labels: undefined, classNames: [], partners: undefined };
  if (one.gan === "pix2pix") {
    const parsed = { model: parsePix2PixConfig(model as Pix2PixOptions), data: pairDataSchema.parse(data) };
    const [train, test] = [
      await openPairPart("train", parsed),
      await openPairPart("test", { ...parsed, data: { ...parsed.data, loadSize: undefined } }),
    ];
    if (train === undefined || test === undefined) throw new Error("the data have no test part");
    const sides = { train: await readSides(train.sets), test: await readSides(test.sets) };
    await Promise.all([train.close(), test.close()]);
    return { ...plain, ...sides, model: parsed.model, augmentation: parsed.data };
  }
  if (one.gan === "cyclegan") {
    const parsed = {
      model: parseCycleGanConfig(model as CycleGanOptions),
      data: domainDataSchema.parse(data),
    };
    const [train, test] = [await openDomainPart("train", parsed), await openDomainPart("test", parsed)];
    if (train === undefined || test === undefined) throw new Error("the data have no test part");
    const sides = { train: await readSides(train.sets), test: await readSides(test.sets) };
    await Promise.all([train.close(), test.close()]);
    const partners = await findPartners(parsed.data);
    return { ...plain, ...sides, partners, model: parsed.model, augmentation: parsed.data };
  }
  const parsedData = dataSchema.parse(data);
  const { imageSize, channels } = model as { imageSize: number; channels: 1 | 3 };
  const set = await openImages(parsedData, { imageSize, channels, openNamed: openDataset });
  const pictures = (await readAll(set)).map((picture) => pad(picture, imageSize));
  const { classNames = [] } = set;
  const isTold = one.gan === "cgan";
  const parse = { dcgan: parseDcganConfig, cgan: parseCganConfig, progan: parseProganConfig } as const;
  const parser = (one.gan === "stylegan-lite" ? parseStyleganLiteConfig : parse[one.gan]) as (
    options: object,
  ) => { imageSize: number };
  const opened = {
    ...plain,
    model: parser(isTold ? { ...model, classNames: [...classNames] } : model),
    train: { images: pictures },
    test: {},
    labels: isTold ? Array.from(pictures, (_, index) => set.label?.(index) as number) : undefined,
    classNames: isTold ? classNames : [],
    augmentation: parsedData,
  };
  await set.close();
  return opened;
}
