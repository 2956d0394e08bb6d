import { GanError } from "./gan-error.js";

/** Saved weights or training state cannot be written, are damaged, or belong to something else. */
export class CheckpointError extends GanError {}
