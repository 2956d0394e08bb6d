import { GanError } from "./gan-error.js";

/** Training data is missing, damaged, or of the wrong kind. */
export class DataError extends GanError {}
