import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Tensor4D, tensor4d } from "@tensorflow/tfjs-core";
import { Option } from "commander";
import { composePixelGrid, findClass, type PixelImage, type TensorRecord } from "../data/index.js";
import { ConfigError, DataError } from "../errors/index.js";
import { decodePicture, writePicture } from "../node/index.js";
import type { Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import type { CliDefinition, PictureJudge } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { loadModel, type ModelFlags, modelOptions } from "./load-model.js";

/** Flags of `discriminate`. */
export interface DiscriminateFlags extends ModelFlags {
  features?: string;
  class?: string;
  json?: boolean;
}

export const discriminateOptions = [
  backendOption(),
  ...modelOptions(),
  new Option(
    "--features <picture>",
    "write what the discriminator sees in the first picture, level by level",
  ),
  new Option("--json", "print JSON for machines"),
];

/** For variants of classes. */
export const judgedClassOption = new Option(
  "--class <name>",
  "the class that the pictures should show, by name or number",
).makeOptionMandatory();

/** Feature maps of each level that are shown. */
const mostMaps = 16;

/**
 * Prints how probable the discriminator finds it that each picture is real.
 *
 * @returns The exit code.
 * @throws DataError on a picture that cannot be read.
 */
export async function runDiscriminate<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(
  definition: CliDefinition<Network, Batch, Model, V>,
  paths: readonly string[],
  flags: DiscriminateFlags,
): Promise<number> {
  const { name, createJudge } = definition;
  if (createJudge === undefined) {
    throw new ConfigError(name, `the discriminator of ${name} does not judge single pictures.`);
  }
  const { variant } = await loadModel(definition, flags);
  const classNames = definition.classNames?.(variant);
  const judge = createJudge(variant, classNames && findClass(name, classNames, flags.class as string));
  const results: { picture: string; probability: number }[] = [];
  for (const path of paths) {
    const image = await readPicture(path, judge);
    const probabilities = judge.discriminate(image);
    results.push({ picture: path, probability: (await probabilities.data())[0] as number });
    probabilities.dispose();
    if (flags.features !== undefined && results.length === 1) {
      await writePicture(flags.features, await drawFeatures(judge, image, name));
    }
    image.dispose();
  }
  if (flags.json) console.log(JSON.stringify(results));
  else for (const { picture, probability } of results) console.log(`${probability.toFixed(3)}  ${picture}`);
  if (flags.features !== undefined && !flags.json) {
    console.log(`What it sees in ${basename(paths[0] as string)}: ${flags.features}`);
  }
  return exitCodes.success;
}

/** [1, size, size, channels] in [-1, 1]. */
async function readPicture(path: string, { imageSize, channels }: PictureJudge): Promise<Tensor4D> {
  const shape = { height: imageSize, width: imageSize, channels, fit: "cover" } as const;
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new DataError("core", `cannot read ${path}: ${cause.message}.`, { cause });
  });
  const { pixels } = await decodePicture(bytes, path, shape);
  const values = Float32Array.from(pixels, (byte) => byte / 127.5 - 1);
  return tensor4d(values, [1, imageSize, imageSize, channels]);
}

/** A row of maps for each level, each map stretched over black to white and enlarged to the first level's size. */
async function drawFeatures(judge: PictureJudge, image: Tensor4D, name: string): Promise<PixelImage> {
  const levels = judge.featureMaps?.(image);
  if (levels === undefined || levels.length === 0) {
    throw new ConfigError(name, `${name} does not show what its discriminator sees. Leave out --features.`);
  }
  const [side, width] = (levels[0] as Tensor4D).shape.slice(1, 3) as [number, number];
  const tile = side * width;
  const values = new Float32Array(levels.length * mostMaps * tile).fill(-1);
  for (const [row, level] of levels.entries()) {
    const [, height, across, maps] = level.shape;
    const features = await level.data<"float32">();
    for (let map = 0; map < Math.min(maps, mostMaps); map++) {
      const at = (y: number, x: number) => features[(y * across + x) * maps + map] as number;
      const all = Array.from({ length: height * across }, (_, place) =>
        at(Math.floor(place / across), place % across),
      );
      const [least, most] = [Math.min(...all), Math.max(...all)];
      const start = (row * mostMaps + map) * tile;
      for (let place = 0; place < tile; place++) {
        const y = Math.floor((Math.floor(place / width) * height) / side);
        const x = Math.floor(((place % width) * across) / width);
        values[start + place] = most > least ? (2 * (at(y, x) - least)) / (most - least) - 1 : -1;
      }
    }
  }
  for (const level of levels) level.dispose();
  return composePixelGrid({ shape: [levels.length * mostMaps, side, width, 1], values }, mostMaps);
}
