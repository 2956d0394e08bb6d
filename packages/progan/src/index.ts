export * from "@gan/core";
export { type ProganConfig, type ProganOptions, parseProganConfig, proganConfigSchema } from "./config.js";
export { Discriminator } from "./discriminator.js";
export { Generator } from "./generator.js";
export { Growth } from "./growth.js";
export { createPhases, fadeReals, type ProganNetwork } from "./phases.js";
export { createProgan, type Progan } from "./progan.js";
export { restoreProgan } from "./restore-progan.js";
export {
  computeSchedule,
  drawSchedule,
  fadeAt,
  type GrowthSchedule,
  type GrowthStage,
  stageAt,
} from "./schedule.js";
export { growingBatches } from "./staged-data.js";
