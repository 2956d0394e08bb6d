import { join } from "node:path";
import { concat, dispose, type Tensor4D } from "@tensorflow/tfjs-core";
import { Option } from "commander";
import { composePixelGrid, type TensorRecord } from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import { createRowContext, type ForwardContext } from "../nn/index.js";
import { type BackendName, writeAnimation, writeGrid, writePicture } from "../node/index.js";
import { Random } from "../random/index.js";
import type { SampleRequest, Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import { toCondition } from "./class-options.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { type GeneratePlan, type PlanFlags, planPictures } from "./generate-plan.js";
import { chooseLevel, type LevelFlags } from "./level-options.js";
import { loadModel } from "./load-model.js";

/** Flags of `generate`. */
export interface GenerateFlags extends PlanFlags, LevelFlags {
  backend?: BackendName;
  from: string;
  truncation: string;
  json?: boolean;
}

export const generateOptions = [
  backendOption(),
  new Option("--from <run>", "folder of a training run").makeOptionMandatory(),
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

/** Pictures that are made at once. */
const batchSize = 64;

/**
 * Writes new pictures from a run's newest checkpoint: a grid, a file each, a strip or an animation.
 *
 * @returns The exit code.
 */
export async function runGenerate<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(definition: CliDefinition<Network, Batch, Model, V>, flags: GenerateFlags): Promise<number> {
  const ofClasses = definition.classNames !== undefined;
  const early = ofClasses ? undefined : planPictures(flags); // classes are known with the model
  const truncation = parseShare(flags.truncation);
  const { variant, checkpoint } = await loadModel(definition, flags.from, flags.backend);
  const names = definition.classNames?.(variant);
  const plan = early ?? planPictures(flags, names && { scope: definition.name, names });
  const grown = definition.grown?.(variant);
  const level = grown && chooseLevel(definition.name, flags, grown.reached);
  const model: Pick<Variant, "sample"> = variant;
  const make: Make = (request, ctx) =>
    grown === undefined || level === undefined
      ? model.sample(request, ctx)
      : grown.sampleLevel(request, ctx, level);
  const files = await writePictures(plan, flags.out, (first, count) =>
    sample(make, plan.pictures.slice(first, first + count), truncation),
  );
  const { imagesSeen } = checkpoint.state.trainer;
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

async function writePictures(
  plan: GeneratePlan,
  out: string,
  make: (first: number, count: number) => Tensor4D,
): Promise<string[]> {
  const { pictures, form, columns, framesPerSecond } = plan;
  const files: string[] = [];
  const batches: Tensor4D[] = [];
  for (let first = 0; first < pictures.length; first += batchSize) {
    const images = make(first, Math.min(batchSize, pictures.length - first));
    if (form !== "files") {
      batches.push(images);
      continue;
    }
    const frames = await readFrames(images);
    const paths = frames.map((_, index) => join(out, `${pictures[first + index]?.name}.png`));
    await Promise.all(frames.map((frame, index) => writePicture(paths[index] as string, frame)));
    files.push(...paths);
    images.dispose();
  }
  if (form === "files") return files;
  const all = concat(batches, 0);
  dispose(batches);
  if (form === "grid") await writeGrid(out, all, columns);
  else await writeAnimation(out, await readFrames(all), framesPerSecond);
  all.dispose();
  return [out];
}

async function readFrames(images: Tensor4D) {
  const [count, height, width, channels] = images.shape;
  const values = await images.data<"float32">();
  const size = height * width * channels;
  return Array.from({ length: count }, (_, index) =>
    composePixelGrid(
      { shape: [1, height, width, channels], values: values.subarray(index * size, (index + 1) * size) },
      1,
      0,
    ),
  );
}

function parseShare(text: string): number {
  const share = Number(text);
  if (share > 0 && share <= 1) return share;
  throw new ConfigError("core", `--truncation must be above 0 and at most 1, got ${text}.`);
}
