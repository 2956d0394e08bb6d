import { Option } from "commander";
import type { TensorRecord } from "../data/index.js";
import { createInferenceContext } from "../nn/index.js";
import { type BackendName, writeGrid } from "../node/index.js";
import { Random } from "../random/index.js";
import type { Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { loadModel } from "./load-model.js";
import { parseWhole } from "./parse-whole.js";

/** Flags of `generate`. */
export interface GenerateFlags {
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
  const images = variant.sample({ count }, createInferenceContext(new Random(seed).fork("generate")));
  await writeGrid(flags.out, images);
  images.dispose();
  console.log(`${count} pictures after ${checkpoint.state.trainer.imagesSeen} training images: ${flags.out}`);
  return exitCodes.success;
}
