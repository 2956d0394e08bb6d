import { Option } from "commander";
import type { TensorRecord } from "../data/index.js";
import type { FeatureExtractor } from "../metrics/index.js";
import { createInferenceContext } from "../nn/index.js";
import { type BackendName, loadExtractor } from "../node/index.js";
import { Random } from "../random/index.js";
import type { Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { loadModel } from "./load-model.js";
import { parseWhole } from "./parse-whole.js";

/** Flags of `evaluate`. */
export interface EvaluateFlags {
  from: string;
  backend?: BackendName;
  extractor?: string;
  dropout: boolean;
  seed: string;
  count: string;
  json?: boolean;
}

export const evaluateOptions = [
  new Option("--from <run>", "folder of a training run").makeOptionMandatory(),
  backendOption(),
  new Option("--extractor <name>", "network whose features are compared too"),
  new Option("--no-dropout", "switch off the dropout of models that keep it on"),
  new Option("--seed <number>", "another seed, other dropout").default("0"),
  new Option("--count <number>", "pictures to generate, for models that start from noise").default("10000"),
  new Option("--json", "print JSON for machines"),
];

/**
 * Measures a model against the pictures that were held out of its training.
 *
 * @returns The exit code.
 */
export async function runEvaluate<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(definition: CliDefinition<Network, Batch, Model, V>, flags: EvaluateFlags): Promise<number> {
  const seed = parseWhole("--seed", flags.seed, 0);
  const count = parseWhole("--count", flags.count, 1);
  const { variant, config, checkpoint } = await loadModel(definition, flags.from, flags.backend);
  const extractor = flags.extractor === undefined ? undefined : await loadExtractor(flags.extractor);
  const figures = await definition.evaluate?.(variant, config, {
    dropout: flags.dropout,
    count,
    ctx: createInferenceContext(new Random(seed).fork("evaluate")),
    extractor,
    warn: console.error,
  });
  extractor?.dispose();
  const { imagesSeen } = checkpoint.state.trainer;
  const all = { imagesSeen, ...figures, conditions: describeConditions(seed, extractor) };
  if (flags.json) console.log(JSON.stringify(all));
  else printFigures(all);
  return exitCodes.success;
}

/** Under which conditions figures were measured: those of others are not comparable. */
function describeConditions(seed: number, extractor: FeatureExtractor | undefined): object {
  if (extractor === undefined) return { seed };
  const { name, weightsHash, resize } = extractor;
  return { seed, extractor: { name, weightsHash, resize } };
}

function printFigures(figures: object, prefix = ""): void {
  for (const [name, value] of Object.entries(figures)) {
    if (typeof value === "object" && value !== null) printFigures(value, `${prefix}${name}.`);
    else console.log(`${`${prefix}${name}`.padEnd(30)} ${typeof value === "number" ? round(value) : value}`);
  }
}

const round = (value: number) => (Number.isInteger(value) ? value : value.toPrecision(4));
