import { Option } from "commander";
import type { CheckpointScore } from "../checkpoint/index.js";
import type { TensorRecord } from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import { withoutInitialValues } from "../nn/index.js";
import {
  type BackendName,
  findModel,
  findPretrained,
  readPretrainedFolder,
  restoreWeights,
  startBackend,
} from "../node/index.js";
import { readPretrainedFacts, restorePretrained } from "../pretrained/index.js";
import type { Variant } from "../train/index.js";
import type { CliDefinition } from "./definition.js";
import { createRunConfigParser, type RunConfig } from "./run-config.js";

/** Flags that say which trained model is meant, and what computes it. */
export interface ModelFlags {
  /** Folder of a training run. Default: none; then `pretrained` is needed. */
  from?: string;
  /** The checkpoint of that run with the best score instead of the newest. Default: the newest. */
  best?: boolean;
  /** Name of shipped weights, or a folder of weights. Default: none; then `from` is needed. */
  pretrained?: string;
  /** What computes. Default: the fastest that works here. */
  backend?: BackendName;
}

/** The options of {@link ModelFlags} besides `--backend`. */
export const modelOptions = () => [
  new Option("--from <run>", "folder of a training run"),
  new Option("--best", "of the run: the best checkpoint instead of the newest"),
  new Option(
    "--pretrained <name>",
    "instead of a run: weights that come with the package (see configs), or a folder of weights",
  ).conflicts(["from", "best"]),
];

/**
 * Says which model the flags name.
 *
 * @throws ConfigError when they name none.
 */
export function requireModel({ from, pretrained }: ModelFlags): string {
  const named = pretrained ?? from;
  if (named !== undefined) return named;
  throw new ConfigError(
    "core",
    "which model? Give --from and a run's folder, or --pretrained and the name of shipped weights, which configs lists.",
  );
}

/** A trained model. */
export interface LoadedModel<V, Model> {
  /** With the weights of the checkpoint. */
  variant: V;
  /** What the run was trained with. */
  config: RunConfig<Model>;
  /** Of the run, or of the pretrained weights: what else belongs to the model lies there. */
  folder: string;
  /** Images that it has learned from. */
  imagesSeen: number;
  /** What it was measured with, if it was. */
  score: CheckpointScore | undefined;
}

/**
 * Starts the backend and loads the weights and averages of a run's newest or best checkpoint, or shipped ones.
 *
 * @throws ConfigError unless exactly one model is named.
 * @throws CheckpointError when there is no such model, or it is damaged, of another variant or of a newer format.
 */
export async function loadModel<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(definition: CliDefinition<Network, Batch, Model, V>, flags: ModelFlags): Promise<LoadedModel<V, Model>> {
  const { pretrained, best = false, backend } = flags;
  const from = requireModel(flags);
  if (pretrained !== undefined) return loadPretrained(definition, pretrained, backend);
  const checkpoint = await findModel(definition.name, from, { best });
  const { state } = checkpoint;
  const config = createRunConfigParser(definition)(state.config);
  await startBackend(backend, { onFault: console.error });
  const variant = withoutInitialValues(() => definition.create(config.model, config.training.seed));
  await restoreWeights(checkpoint, variant);
  const { score, trainer } = state;
  return { variant, config, folder: from, imagesSeen: trainer.imagesSeen, score };
}

async function loadPretrained<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(
  definition: CliDefinition<Network, Batch, Model, V>,
  nameOrFolder: string,
  backend: BackendName | undefined,
): Promise<LoadedModel<V, Model>> {
  const files = await readPretrainedFiles(definition, nameOrFolder);
  const { name: variant } = definition;
  const facts = readPretrainedFacts(files.generator, { ...files, variant, part: "generator" });
  const config = createRunConfigParser(definition)(facts.config);
  await startBackend(backend, { onFault: console.error });
  const model = withoutInitialValues(() => definition.create(config.model, config.training.seed));
  restorePretrained(model, files);
  const { imagesSeen, score } = facts;
  return { variant: model, config, folder: files.source, imagesSeen, score };
}

/** The files of shipped weights, or of a folder of weights. */
export async function readPretrainedFiles(
  { name, weightsFolder }: { name: string; weightsFolder: string },
  nameOrFolder: string,
) {
  return readPretrainedFolder(await findPretrained(name, weightsFolder, nameOrFolder));
}
