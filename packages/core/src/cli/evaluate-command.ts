import { multiplyDoubles } from "@gan/backend-ort";
import { Option } from "commander";
import type { TensorRecord } from "../data/index.js";
import type { FeatureExtractor } from "../metrics/index.js";
import { createInferenceContext } from "../nn/index.js";
import { loadExtractor } from "../node/index.js";
import { Random } from "../random/index.js";
import type { Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { loadModel, type ModelFlags, modelOptions } from "./load-model.js";
import { createUntrained } from "./measure-baselines.js";
import { parseWhole } from "./parse-whole.js";

/** Flags of `evaluate`. */
export interface EvaluateFlags extends ModelFlags {
  extractor?: string;
  dropout: boolean;
  seed: string;
  count: string;
  baselines?: boolean;
  json?: boolean;
}

export const evaluateOptions = [
  ...modelOptions(),
  backendOption(),
  new Option("--extractor <name>", "network whose features are compared too"),
  new Option("--no-dropout", "switch off the dropout of models that keep it on"),
  new Option("--seed <number>", "another seed, other dropout").default("0"),
  new Option("--count <number>", "pictures to generate, for models that start from noise").default("10000"),
  new Option("--baselines", "also measure the untrained networks in the same way"),
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
  const { variant, config, imagesSeen } = await loadModel(definition, flags);
  const extractor = flags.extractor === undefined ? undefined : await loadExtractor(flags.extractor);
  const evaluate = (model: V) =>
    definition.evaluate?.(model, config, {
      dropout: flags.dropout,
      count,
      ctx: createInferenceContext(new Random(seed).fork("evaluate")),
      extractor,
      multiply: multiplyDoubles,
      warn: console.error,
    });
  const figures = await evaluate(variant);
  const untrained = flags.baselines && (await evaluate(createUntrained(definition, config, variant)));
  extractor?.dispose();
  const baselines = untrained && { baselines: { untrained } };
  const all = { imagesSeen, ...figures, ...baselines, conditions: describeConditions(seed, extractor) };
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
