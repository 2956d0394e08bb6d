import { createRestorer, type PretrainedFiles } from "@gan/core";
import { createDcgan, type Dcgan } from "./dcgan.js";

/**
 * Builds a DCGAN on the current backend from the bytes of pretrained weights, wherever they come from: in a browser, from
 * a `fetch`. The caller disposes its networks.
 *
 * ```ts
 * const response = await fetch("weights/mnist-32/generator.safetensors");
 * const model = restoreDcgan({ generator: new Uint8Array(await response.arrayBuffer()) });
 * ```
 *
 * @throws CheckpointError when they are damaged, of a newer format, or of another variant.
 */
export const restoreDcgan: (files: PretrainedFiles) => Dcgan = createRestorer("dcgan", createDcgan);
