import type { Tensor4D } from "@tensorflow/tfjs-core";
import { Option } from "commander";
import type { TensorRecord } from "../data/index.js";
import { createRowContext, type ForwardContext } from "../nn/index.js";
import { Random } from "../random/index.js";
import type { SampleRequest, Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import { toCondition } from "./class-options.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { runGenerateLatents } from "./generate-latents.js";
import { type GeneratePlan, type PlanFlags, planPictures } from "./generate-plan.js";
import { chooseLevel, type LevelFlags } from "./level-options.js";
import { loadModel, type ModelFlags, modelOptions } from "./load-model.js";
import { parseTruncation } from "./parse-truncation.js";
import { writePictures } from "./write-pictures.js";

/** Flags of `generate`. */
export interface GenerateFlags extends ModelFlags, PlanFlags, LevelFlags {
  truncation: string;
  latent?: string[];
  json?: boolean;
}

export const generateOptions = [
  backendOption(),
  ...modelOptions(),
  new Option(
    "--out <path>",
    "a grid when it ends in .png, .webp or .jpg; else a folder for a file each",
  ).makeOptionMandatory(),
  new Option("--count <number>", "how many pictures; default: 64, or 4 to lead through with --interpolate"),
  new Option("--seed <number>", "another seed, other pictures").default("0"),
  new Option(
    "--seeds <list>",
    "the first picture of each seed, such as 1-16,20; instead of --seed and --count",
  ),
  new Option("--columns <number>", "pictures in a row of the grid; default: as square as can be"),
  new Option(
    "--truncation <share>",
    "share of the latents' spread: less is more typical, less varied",
  ).default("1"),
  new Option(
    "--interpolate <steps>",
    "lead from each picture to the next in so many steps: a strip, or an animation when --out ends in .webp; from:to leads from one class to another, where there are classes",
  ),
  new Option("--frames-per-second <number>", "of the animation").default("12"),
  new Option("--json", "for machines"),
];

/**
 * Writes new pictures of a trained model: a grid, a file each, a strip or an animation.
 *
 * @returns The exit code.
 */
export async function runGenerate<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(definition: CliDefinition<Network, Batch, Model, V>, flags: GenerateFlags): Promise<number> {
  if (flags.latent !== undefined) return runGenerateLatents(definition, { ...flags, latent: flags.latent });
  const ofClasses = definition.classNames !== undefined;
  const early = ofClasses ? undefined : planPictures(flags); // classes are known with the model
  const truncation = parseTruncation(flags.truncation);
  const { variant, imagesSeen } = await loadModel(definition, flags);
  const classes = definition.classNames?.(variant);
  const plan = early ?? planPictures(flags, classes && { scope: definition.name, names: classes });
  const grown = definition.grown?.(variant);
  const level = grown && chooseLevel(definition.name, flags, grown.reached);
  const model: Pick<Variant, "sample"> = variant;
  const make: Make = (request, ctx) =>
    grown === undefined || level === undefined
      ? model.sample(request, ctx)
      : grown.sampleLevel(request, ctx, level);
  const names = plan.pictures.map(({ name }) => name);
  const files = await writePictures({ ...plan, names }, flags.out, (first, count) =>
    sample(make, plan.pictures.slice(first, first + count), truncation),
  );
  const count = plan.pictures.length;
  if (flags.json)
    console.log(JSON.stringify({ pictures: count, form: plan.form, truncation, imagesSeen, files }));
  else console.log(`${count} pictures after ${imagesSeen} training images: ${flags.out}`);
  return exitCodes.success;
}

type Make = (request: SampleRequest, ctx: ForwardContext) => Tensor4D;

/** [pictures, height, width, channels], owned by the caller. */
function sample(make: Make, pictures: GeneratePlan["pictures"], truncation: number): Tensor4D {
  const rows = pictures.map(({ createNoise }) => createNoise());
  const ctx = createRowContext(rows, new Random(0).fork("generate"));
  const weights = pictures.flatMap((picture) => (picture.weights === undefined ? [] : [picture.weights]));
  const condition = weights.length === 0 ? undefined : toCondition({ rows: weights });
  try {
    return make({ count: rows.length, condition, truncation }, ctx);
  } finally {
    condition?.dispose();
  }
}
