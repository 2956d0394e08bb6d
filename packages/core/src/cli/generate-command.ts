import type { Tensor4D } from "@tensorflow/tfjs-core";
import { Option } from "commander";
import type { TensorRecord } from "../data/index.js";
import { createInferenceContext } from "../nn/index.js";
import { type BackendName, writeGrid } from "../node/index.js";
import { Random } from "../random/index.js";
import type { Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import { type ClassFlags, type ClassPlan, planClasses, toCondition } from "./class-options.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { loadModel } from "./load-model.js";
import { parseWhole } from "./parse-whole.js";
import { createSharedNoiseContext } from "./shared-noise.js";

/** Flags of `generate`. */
export interface GenerateFlags extends ClassFlags {
  backend?: BackendName;
  from: string;
  out: string;
  count: string;
  seed: string;
}

export const generateOptions = [
  backendOption(),
  new Option("--from <run>", "folder of a training run").makeOptionMandatory(),
  new Option("--out <picture>", "where to write the grid: .png, .webp or .jpg").makeOptionMandatory(),
  new Option("--count <number>", "how many pictures").default("64"),
  new Option("--seed <number>", "another seed, other pictures").default("0"),
];

/**
 * Writes a grid of new pictures from a run's newest checkpoint.
 *
 * @returns The exit code.
 */
export async function runGenerate<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(definition: CliDefinition<Network, Batch, Model, V>, flags: GenerateFlags): Promise<number> {
  const count = parseWhole("--count", flags.count, 1);
  const seed = parseWhole("--seed", flags.seed, 0);
  const { variant, checkpoint } = await loadModel(definition, flags.from, flags.backend);
  const random = new Random(seed).fork("generate");
  const classNames = definition.classNames?.(variant);
  const plan = classNames && planClasses(definition.name, classNames, flags, count);
  const images = plan
    ? sampleClasses(variant, plan, random)
    : variant.sample({ count }, createInferenceContext(random));
  await writeGrid(flags.out, images, plan?.columns);
  console.log(
    `${images.shape[0]} pictures after ${checkpoint.state.trainer.imagesSeen} training images: ${flags.out}`,
  );
  images.dispose();
  return exitCodes.success;
}

/** Pictures of classes as planned, owned by the caller. */
function sampleClasses(variant: Pick<Variant, "sample">, plan: ClassPlan, random: Random): Tensor4D {
  const condition = toCondition(plan);
  try {
    const count = plan.noise.length;
    return variant.sample({ count, condition }, createSharedNoiseContext(random, plan.noise));
  } finally {
    condition.dispose();
  }
}
