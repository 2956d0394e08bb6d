export {
  type CheckpointFolder,
  findCheckpoint,
  restoreAverages,
  restoreTrainer,
  saveCheckpoint,
} from "./checkpoint-folder.js";
export { type SaveRunOptions, saveRun } from "./save-run.js";
export { writeGrid, writePicture } from "./write-picture.js";
