export {
  type CheckpointFolder,
  findBestCheckpoint,
  findCheckpoint,
  restoreAverages,
  restoreTrainer,
  type SaveCheckpointOptions,
  saveCheckpoint,
} from "./checkpoint-folder.js";
export { type SaveRunOptions, saveRun } from "./save-run.js";
export { writeGrid, writePicture } from "./write-picture.js";
