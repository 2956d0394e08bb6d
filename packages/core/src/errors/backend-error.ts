import { GanError } from "./gan-error.js";

/** The tensor backend that was asked for cannot start or cannot do what is needed. */
export class BackendError extends GanError {}
