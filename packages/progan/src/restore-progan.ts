import { createRestorer, type PretrainedFiles } from "@gan/core";
import { createProgan, type Progan } from "./progan.js";

/**
 * Builds a ProGAN on the current backend from the bytes of pretrained weights, wherever they come from: in a browser, from
 * a `fetch`. The caller disposes its networks.
 *
 * ```ts
 * const response = await fetch("weights/avatars-64/generator.safetensors");
 * const model = restoreProgan({ generator: new Uint8Array(await response.arrayBuffer()) });
 * ```
 *
 * @throws CheckpointError when they are damaged, of a newer format, or of another variant.
 */
export const restoreProgan: (files: PretrainedFiles) => Progan = createRestorer("progan", createProgan);
