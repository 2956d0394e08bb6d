export * from "@gan/core";
export {
  parseVanillaConfig,
  type VanillaConfig,
  type VanillaOptions,
  vanillaConfigSchema,
} from "./config.js";
export { ConvolutionalBody } from "./convolutional-body.js";
export { Discriminator } from "./discriminator.js";
export { Generator } from "./generator.js";
export { MaxoutBody } from "./maxout-body.js";
export { createPhases, type VanillaNetwork } from "./phases.js";
export { restoreVanilla } from "./restore-vanilla.js";
export { createVanilla, type Vanilla } from "./vanilla.js";
