export * from "@gan/core";
export {
  type ExampleConfig,
  type ExampleOptions,
  exampleConfigSchema,
  parseExampleConfig,
} from "./config.js";
export { Discriminator } from "./discriminator.js";
export { createExample, type Example } from "./example.js";
export { Generator } from "./generator.js";
export { createPhases, type ExampleNetwork } from "./phases.js";
export { restoreExample } from "./restore-example.js";
