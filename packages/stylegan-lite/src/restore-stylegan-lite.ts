import { createRestorer, type PretrainedFiles } from "@gan/core";
import { createStyleganLite, type StyleganLite } from "./stylegan-lite.js";

/**
 * Builds a StyleGAN-lite on the current backend from the bytes of pretrained weights, wherever they come from: in a browser, from
 * a `fetch`. The caller disposes its networks.
 *
 * ```ts
 * const response = await fetch("weights/avatars-64/generator.safetensors");
 * const model = restoreStyleganLite({ generator: new Uint8Array(await response.arrayBuffer()) });
 * ```
 *
 * @throws CheckpointError when they are damaged, of a newer format, or of another variant.
 */
export const restoreStyleganLite: (files: PretrainedFiles) => StyleganLite = createRestorer(
  "stylegan-lite",
  createStyleganLite,
);
