import { CheckpointError } from "../errors/index.js";
import { type CheckpointFolder, findBestCheckpoint, findCheckpoint } from "./checkpoint-folder.js";

/**
 * Finds the newest checkpoint of a run, or its best, of one variant.
 *
 * @param scope The variant's name.
 * @param run Folder of a training run.
 * @throws CheckpointError when there is none, or it is damaged, of another variant or of a newer format.
 */
export async function findModel(
  scope: string,
  run: string,
  { best = false }: { best?: boolean } = {},
): Promise<CheckpointFolder> {
  const checkpoint = best ? await findBestCheckpoint(run) : await findCheckpoint(run);
  if (checkpoint === undefined) {
    throw new CheckpointError(
      scope,
      best
        ? `${run} holds no checkpoint with a score. Train with --metrics, or leave --best out for the newest.`
        : `${run} holds no checkpoint. Train first: gan-${scope} train --config <preset> --out ${run}`,
    );
  }
  const { state, path } = checkpoint;
  if (state.variant === scope) return checkpoint;
  throw new CheckpointError(scope, `${path} was trained by gan-${state.variant}. Use that command.`);
}
