import { GanError } from "./gan-error.js";

/** A configuration breaks its schema or a rule between its fields; every problem is listed at once. */
export class ConfigError extends GanError {}
