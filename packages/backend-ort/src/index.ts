import "./register.js";
import "./explain-at-exit.js";

export { compile } from "./compile/compile.js";
export type { CompiledFunction, CompileOptions } from "./compile/portable.js";
export type { BackendOptions } from "./config.js";
export { type BackendReport, configure, explain, flush } from "./control.js";
export { BackendOrtError } from "./errors.js";
export {
  exportOnnx,
  type OnnxFile,
  type OnnxInput,
  type OnnxOptions,
  type OnnxOutput,
} from "./export/export-onnx.js";
export { type OnnxTensor, runOnnx } from "./export/run-onnx.js";
export { PASSES, type Pass } from "./graph/passes.js";
export type { Adapter } from "./providers/adapter.js";
export { type ProviderName, type ProviderProbe, probeProvider } from "./providers/probe.js";
export { BACKEND_NAME } from "./register.js";
export { formatReport } from "./report.js";
export { loadRuntime } from "./runtime/load-runtime.js";
export { type DoubleProduct, multiplyDoubles } from "./runtime/multiply-doubles.js";
export type { FreedGraphs, GraphReport } from "./statistics.js";
