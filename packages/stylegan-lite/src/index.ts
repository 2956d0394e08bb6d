export * from "@gan/core";
export {
  parseStyleganLiteConfig,
  type StyleganLiteConfig,
  type StyleganLiteOptions,
  styleganLiteConfigSchema,
  suggestR1,
} from "./config.js";
export { Discriminator } from "./discriminator.js";
export { Generator } from "./generator.js";
export { Mapping } from "./mapping.js";
export { pathLengthPenalty } from "./path-length.js";
export { createPhases, type StyleganLiteBatch, type StyleganLiteNetwork } from "./phases.js";
export { createStyleganLite, type StyleganLite, type StyleSampleRequest } from "./stylegan-lite.js";
export { Synthesis, type SynthesisOptions } from "./synthesis.js";
