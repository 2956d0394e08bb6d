import type { TensorRecord } from "../data/index.js";
import { CheckpointError } from "../errors/index.js";
import {
  type BackendName,
  type CheckpointFolder,
  findBestCheckpoint,
  findCheckpoint,
  restoreWeights,
  startBackend,
} from "../node/index.js";
import type { Variant } from "../train/index.js";
import type { CliDefinition } from "./definition.js";
import { createRunConfigParser, type RunConfig } from "./run-config.js";

/** A trained model, as its run's newest checkpoint has it. */
export interface LoadedModel<V, Model> {
  /** With the weights of the checkpoint. */
  variant: V;
  /** What the run was trained with. */
  config: RunConfig<Model>;
  /** Where the weights came from. */
  checkpoint: CheckpointFolder;
}

/**
 * Starts the backend and loads the weights and averages of a run.
 *
 * @param backend Default `auto`.
 * @param options `best`: the checkpoint with the best score instead of the newest.
 * @throws CheckpointError when the run has no checkpoint, a damaged one, or one of another variant.
 */
export async function loadModel<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(
  definition: CliDefinition<Network, Batch, Model, V>,
  run: string,
  backend?: BackendName,
  options: { best?: boolean | undefined } = {},
): Promise<LoadedModel<V, Model>> {
  const { best = false } = options;
  const checkpoint = best ? await findBestCheckpoint(run) : await findCheckpoint(run);
  if (checkpoint === undefined && best) {
    throw new CheckpointError(
      definition.name,
      `${run} holds no checkpoint with a score. Train with --metrics, or leave --best out for the newest.`,
    );
  }
  if (checkpoint === undefined) {
    throw new CheckpointError(
      definition.name,
      `${run} holds no checkpoint. Train first: gan-${definition.name} train --config <preset> --out ${run}`,
    );
  }
  const { state, path } = checkpoint;
  if (state.variant !== definition.name) {
    throw new CheckpointError(
      definition.name,
      `${path} was trained by gan-${state.variant}. Use that command.`,
    );
  }
  const config = createRunConfigParser(definition)(state.config);
  await startBackend(backend, { onFault: console.error });
  const variant = definition.create(config.model, config.training.seed);
  await restoreWeights(checkpoint, variant);
  return { variant, config, checkpoint };
}
