export { BackendError } from "./backend-error.js";
export { CheckpointError } from "./checkpoint-error.js";
export { ConfigError } from "./config-error.js";
export { DataError } from "./data-error.js";
export { DivergenceError } from "./divergence-error.js";
export { GanError, type GanErrorOptions } from "./gan-error.js";
export { ShapeError } from "./shape-error.js";
