import { fileURLToPath } from "node:url";
import { createModelLoader, type ModelLoader } from "@gan/core/node";
import { createStyleganLite, type StyleganLite } from "../stylegan-lite.js";

/** Folder of the pretrained weights that come with this package. */
export const weightsFolder = fileURLToPath(new URL("../../weights", import.meta.url));

/**
 * Loads a StyleGAN-lite on the current backend: pretrained weights that come with this package by their preset's name; or from
 * a folder, which is that of a training run, or one that `export --format pretrained` made. The caller disposes its
 * networks.
 *
 * ```ts
 * await startBackend();
 * const model = await loadStyleganLite("avatars-32");
 * ```
 *
 * @throws CheckpointError when there are no such weights, saying which there are; or when they are damaged, of a newer
 *   format, or of another variant or preset.
 */
export const loadStyleganLite: ModelLoader<StyleganLite> = createModelLoader(
  "stylegan-lite",
  weightsFolder,
  createStyleganLite,
);
