import { CheckpointError } from "@gan/core";
import { type CheckpointFolder, findBestCheckpoint, findCheckpoint, restoreWeights } from "@gan/core/node";
import type { StyleganLiteOptions } from "../config.js";
import { createStyleganLite, type StyleganLite } from "../stylegan-lite.js";

/**
 * Opens a run's model on the current backend.
 *
 * @param run Folder of a training run.
 * @param options `best`: the checkpoint with the best score instead of the newest.
 * @returns The model, and the checkpoint that it has its weights of.
 * @throws CheckpointError when there is no checkpoint, or one of another variant.
 */
export async function loadStyleganLite(
  run: string,
  { best = false }: { best?: boolean } = {},
): Promise<{ variant: StyleganLite; checkpoint: CheckpointFolder }> {
  const checkpoint = best ? await findBestCheckpoint(run) : await findCheckpoint(run);
  if (checkpoint === undefined || checkpoint.state.variant !== "stylegan-lite") {
    const given = checkpoint === undefined ? "none" : `one of ${checkpoint.state.variant}`;
    throw new CheckpointError(
      "stylegan-lite",
      `${run} must hold a checkpoint of stylegan-lite, got ${given}.`,
    );
  }
  const { model } = checkpoint.state.config as { model: StyleganLiteOptions };
  const variant = createStyleganLite(model);
  await restoreWeights(checkpoint, variant);
  return { variant, checkpoint };
}
