import { createRestorer, type PretrainedFiles } from "@gan/core";
import { createVanilla, type Vanilla } from "./vanilla.js";

/**
 * Builds a model on the current backend from the bytes of pretrained weights, wherever they come from: in a browser, from a
 * `fetch`. The caller disposes its networks.
 *
 * @throws CheckpointError when they are damaged, of a newer format, or of another variant.
 */
export const restoreVanilla: (files: PretrainedFiles) => Vanilla = createRestorer("vanilla", createVanilla);
