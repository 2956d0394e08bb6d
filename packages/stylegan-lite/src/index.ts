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
export { type LayeredStyles, spreadStyles } from "./layered-styles.js";
export { Mapping } from "./mapping.js";
export { pathLengthPenalty } from "./path-length.js";
export { createPhases, type StyleganLiteBatch, type StyleganLiteNetwork } from "./phases.js";
export { restoreStyleganLite } from "./restore-stylegan-lite.js";
export { createStyleganLite, type StyleganLite } from "./stylegan-lite.js";
export { Synthesis, type SynthesisOptions } from "./synthesis.js";
export { type EditOptions, editStyles } from "./tools/edit-styles.js";
export { mixStyles } from "./tools/mix-styles.js";
export { type Projection, type ProjectOptions, projectPictures } from "./tools/project-pictures.js";
export {
  createFixedNoise,
  drawSeedLatents,
  mapSeeds,
  mapToLayers,
  renderStyles,
  type SeedOptions,
} from "./tools/render-styles.js";
export { decodeDirections, encodeDirections, type SavedDirections } from "./tools/saved-directions.js";
export { encodeStyles, restoreStyles } from "./tools/saved-styles.js";
export { selectLayers } from "./tools/select-layers.js";
export {
  computeStyleComponents,
  computeWeightDirections,
  type DirectionOptions,
  type StyleDirection,
  type WeightDirectionOptions,
} from "./tools/style-directions.js";
export { type EncoderShape, encodeEncoder, restoreEncoder, StyleEncoder } from "./tools/style-encoder.js";
export { type TrainEncoderOptions, trainEncoder } from "./tools/train-encoder.js";
export { planWalk, type WalkPlace, walkLatents, walkStyles } from "./tools/walk-styles.js";
