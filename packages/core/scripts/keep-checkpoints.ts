import type { Recorder } from "../src/index.js";
import { findCheckpoint, restoreTrainer, saveCheckpoint } from "../src/node/checkpoint-folder.js";

/**
 * Saves a training that makes no pictures every so many images and at its end, and goes on from what was saved.
 *
 * @param config What the training is of; one that was saved of another is refused.
 */
export function keepCheckpoints(folder: string, config: object, everyImages: number): Recorder {
  let next = everyImages;
  return {
    async open(trainer) {
      const checkpoint = await findCheckpoint(folder);
      if (checkpoint === undefined) return;
      if (JSON.stringify(checkpoint.state.config) !== JSON.stringify(config)) {
        throw new Error(
          `${checkpoint.path} is of ${JSON.stringify(checkpoint.state.config)}: remove it first`,
        );
      }
      await restoreTrainer(checkpoint, trainer);
      next = trainer.imagesSeen + everyImages;
    },
    async record(event, trainer) {
      if (event.type !== "end" && !(event.type === "step" && trainer.imagesSeen >= next)) return;
      next = trainer.imagesSeen + everyImages;
      await saveCheckpoint(folder, trainer, { config });
    },
  };
}
