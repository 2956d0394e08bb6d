export { BatchNorm, type BatchNormOptions } from "./batch-norm.js";
export { checkChannels } from "./check-channels.js";
export { ConvTranspose2d } from "./conv-transpose2d.js";
export { Conv2d, type ConvOptions } from "./conv2d.js";
export { Dense, type DenseOptions } from "./dense.js";
export type { ForwardContext } from "./forward-context.js";
export { createInferenceContext, type InferenceOptions } from "./inference-context.js";
export { type Initializer, normalInitializer } from "./initializers.js";
export { Module } from "./module.js";
