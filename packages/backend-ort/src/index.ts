import "./register.js";

export { type CompiledFunction, type CompileOptions, compile } from "./compile/compile.js";
export { BackendOrtError } from "./errors.js";
export { BACKEND_NAME } from "./register.js";
export { type BackendOptions } from "./config.js";
export { type BackendReport, configure, explain, flush } from "./control.js";
export { PASSES, type Pass } from "./graph/passes.js";
export type { GraphReport } from "./statistics.js";
