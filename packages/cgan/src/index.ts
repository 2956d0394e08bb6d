export * from "@gan/core";
export { type Cgan, createCgan } from "./cgan.js";
export { type CganConfig, type CganOptions, cganConfigSchema, parseCganConfig } from "./config.js";
export { Discriminator } from "./discriminator.js";
export { type ClassFigures, type EvaluateClassesOptions, evaluateClasses } from "./evaluate.js";
export { Generator } from "./generator.js";
export { type CganNetwork, createPhases } from "./phases.js";
export { restoreCgan } from "./restore-cgan.js";
