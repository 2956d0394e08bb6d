export * from "@gan/core";
export {
  type Pix2PixConfig,
  type Pix2PixOptions,
  parsePix2PixConfig,
  pix2pixConfigSchema,
} from "./config.js";
export { createPhases, type Pix2PixNetwork } from "./phases.js";
export { createPix2Pix, type Pix2Pix, type TranslateOptions } from "./pix2pix.js";
export { restorePix2Pix } from "./restore-pix2pix.js";
export { UNet, type UNetConfig } from "./unet.js";
