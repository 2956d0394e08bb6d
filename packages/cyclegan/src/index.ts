export * from "@gan/core";
export {
  type CycleGanConfig,
  type CycleGanOptions,
  chooseResidualBlocks,
  cycleGanConfigSchema,
  parseCycleGanConfig,
} from "./config.js";
export { type CycleGan, createCycleGan, type Direction } from "./cyclegan.js";
export { Generator, type GeneratorConfig } from "./generator.js";
export { ImagePool, type ImagePoolOptions } from "./image-pool.js";
export { type CycleGanNetwork, type CycleGanParts, createPhases } from "./phases.js";
export { restoreCycleGan } from "./restore-cyclegan.js";
