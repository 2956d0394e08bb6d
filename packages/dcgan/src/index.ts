export * from "@gan/core";
export { type DcganConfig, type DcganOptions, dcganConfigSchema, parseDcganConfig } from "./config.js";
export { createDcgan, type Dcgan } from "./dcgan.js";
export { Discriminator } from "./discriminator.js";
export { Generator } from "./generator.js";
export { createPhases, type DcganNetwork } from "./phases.js";
export { restoreDcgan } from "./restore-dcgan.js";
