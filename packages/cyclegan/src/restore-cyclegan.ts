import { createRestorer, type PretrainedFiles } from "@gan/core";
import { type CycleGan, createCycleGan } from "./cyclegan.js";

/**
 * Builds a CycleGAN on the current backend from the bytes of pretrained weights, wherever they come from: in a browser, from
 * a `fetch`. The caller disposes its networks.
 *
 * ```ts
 * const response = await fetch("weights/noto-twemoji-64/generator.safetensors");
 * const model = restoreCycleGan({ generator: new Uint8Array(await response.arrayBuffer()) });
 * ```
 *
 * @throws CheckpointError when they are damaged, of a newer format, or of another variant.
 */
export const restoreCycleGan: (files: PretrainedFiles) => CycleGan = createRestorer(
  "cyclegan",
  createCycleGan,
);
