import { type Tensor4D, tensor4d } from "@tensorflow/tfjs-core";
import { Option } from "commander";
import { composePixelGrid, type FloatImages, type TensorRecord, translateAnySize } from "../data/index.js";
import { ConfigError, GanError } from "../errors/index.js";
import { createInferenceContext } from "../nn/index.js";
import { decodePicture, encodePicture, writePicture } from "../node/index.js";
import { Random } from "../random/index.js";
import type { Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import type { CliDefinition, PictureTranslator } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { loadModel, type ModelFlags, modelOptions } from "./load-model.js";
import { parseWhole } from "./parse-whole.js";
import { planTranslations, readSource, standardStream } from "./translate-paths.js";

/** Flags of `translate`. */
export interface TranslateFlags extends ModelFlags {
  out: string;
  direction?: string;
  resize?: boolean;
  tile?: string;
  overlap?: string;
  dropout: boolean;
  seed: string;
  format: "png" | "webp" | "jpg";
  background?: string;
  strict?: boolean;
}

export const translateOptions = [
  ...modelOptions(),
  new Option(
    "--out <place>",
    "a picture for one picture, a folder for several or for a folder, - for standard output",
  ).makeOptionMandatory(),
  new Option("--direction <a2b|b2a>", "which way, for models that go both; default a2b"),
  new Option("--resize", "bring pictures to the size of the training first, instead of keeping theirs"),
  new Option(
    "--tile <pixels>",
    "translate larger pictures in overlapping tiles of this side, for less memory",
  ),
  new Option("--overlap <pixels>", "what neighbouring tiles share; default a quarter of a tile"),
  new Option("--no-dropout", "switch off the dropout of models that keep it on"),
  new Option("--seed <number>", "another seed, other dropout").default("0"),
  new Option("--format <format>", "of standard output").choices(["png", "webp", "jpg"]).default("png"),
  new Option("--background <colour>", "under transparent pictures; default: that of the training"),
  backendOption(),
  new Option("--strict", "stop at a picture that cannot be read instead of going on with the others"),
];

/**
 * Translates pictures: a file, several, a whole folder, or standard input. A picture that cannot be read is
 * named and the others are translated.
 *
 * @returns The exit code: failure when a picture was left out.
 */
export async function runTranslate<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(
  definition: CliDefinition<Network, Batch, Model, V>,
  sources: readonly string[],
  flags: TranslateFlags,
): Promise<number> {
  const seed = parseWhole("--seed", flags.seed, 0);
  const tileSize = flags.tile === undefined ? undefined : parseWhole("--tile", flags.tile, 1);
  const overlap = flags.overlap === undefined ? undefined : parseWhole("--overlap", flags.overlap, 0);
  if (overlap !== undefined && tileSize === undefined) {
    throw new ConfigError("core", "--overlap is for tiles: give --tile as well.");
  }
  const plan = await planTranslations(sources, flags.out);
  const { variant, config } = await loadModel(definition, flags);
  const translator = definition.createTranslator?.(variant, config) as PictureTranslator;
  const direction = chooseDirection(definition.name, translator, flags.direction);
  const background = flags.background ?? (config.data as { background?: string }).background;
  const channels = translator.inputChannels;
  const side = translator.imageSize;
  const failures: string[] = [];
  for (const { from, to } of plan) {
    try {
      const fit = flags.resize
        ? { height: side, width: side, channels, fit: "cover" as const }
        : { channels };
      const picture = await decodePicture(await readSource(from), nameSource(from), {
        ...fit,
        ...(background !== undefined && { background }),
      });
      const values = Float32Array.from(picture.pixels, (byte) => byte / 127.5 - 1);
      const image: FloatImages = { shape: [1, picture.height, picture.width, channels], values };
      const random = new Random(seed).fork("translate");
      const translation = {
        sizeMultiple: translator.sizeMultiple,
        translate: (part: FloatImages) =>
          runOnce(part, (images) =>
            translator.translate(images, {
              direction,
              dropout: flags.dropout,
              ctx: createInferenceContext(random),
            }),
          ),
      };
      const translated = composePixelGrid(
        await translateAnySize(image, translation, { tileSize, overlap }),
        1,
        0,
      );
      if (to === standardStream) process.stdout.write(await encodePicture(translated, flags.format));
      else await writePicture(to, translated);
    } catch (error) {
      const isOnPurpose = GanError.isInstance(error) && !(error instanceof ConfigError);
      if (!isOnPurpose || flags.strict || plan.length === 1) throw error;
      failures.push(error.message);
    }
  }
  const count = plan.length - failures.length;
  // Standard output may be the picture.
  console.error(`${count} ${count === 1 ? "picture" : "pictures"} translated ${direction}: ${flags.out}`);
  if (failures.length === 0) return exitCodes.success;
  console.error([`${failures.length} left out:`, ...failures].join("\n  "));
  return exitCodes.failure;
}

const nameSource = (from: string) => (from === standardStream ? "standard input" : from);

/** Runs a network on host values. */
async function runOnce(
  { shape, values }: FloatImages,
  translate: (images: Tensor4D) => Tensor4D,
): Promise<FloatImages> {
  const images = tensor4d(values, [...shape]);
  const translated = translate(images);
  const result = { shape: translated.shape, values: await translated.data<"float32">() };
  images.dispose();
  translated.dispose();
  return result;
}

function chooseDirection(
  name: string,
  { directions }: PictureTranslator,
  wanted: string | undefined,
): string {
  const direction = wanted ?? (directions[0] as string);
  if (directions.includes(direction)) return direction;
  throw new ConfigError(
    "core",
    `this model of ${name} translates ${directions.join(" and ")}, got --direction ${direction}. Leave it out, or train the other way.`,
  );
}
