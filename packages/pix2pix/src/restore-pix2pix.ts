import { createRestorer, type PretrainedFiles } from "@gan/core";
import { createPix2Pix, type Pix2Pix } from "./pix2pix.js";

/**
 * Builds a Pix2Pix on the current backend from the bytes of pretrained weights, wherever they come from: in a browser, from
 * a `fetch`. The caller disposes its networks.
 *
 * ```ts
 * const response = await fetch("weights/openmoji-64/generator.safetensors");
 * const model = restorePix2Pix({ generator: new Uint8Array(await response.arrayBuffer()) });
 * ```
 *
 * @throws CheckpointError when they are damaged, of a newer format, or of another variant.
 */
export const restorePix2Pix: (files: PretrainedFiles) => Pix2Pix = createRestorer("pix2pix", createPix2Pix);
