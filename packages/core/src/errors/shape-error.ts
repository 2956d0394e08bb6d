import { GanError } from "./gan-error.js";

/** A tensor's shape or dtype is not what the function documents. */
export class ShapeError extends GanError {}
