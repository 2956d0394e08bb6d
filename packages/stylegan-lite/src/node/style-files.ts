import { readFile } from "node:fs/promises";
import { DataError, decodeSafetensors } from "@gan/core";
import { writeWhole } from "@gan/core/node";
import type { LayeredStyles } from "../layered-styles.js";
import type { StyleganLite } from "../stylegan-lite.js";
import { encodeStyles, restoreStyles } from "../tools/saved-styles.js";

/**
 * Saves styles as a safetensors file: what `project` finds, and `generate --latent`, `mix`, `interpolate` and `edit` take.
 *
 * @param styles [count, styleCount, styleSize]; stays the caller's.
 * @throws CheckpointError when it cannot be written.
 */
export async function saveStyles(path: string, variant: StyleganLite, styles: LayeredStyles): Promise<void> {
  await writeWhole(path, await encodeStyles(variant, styles));
}

/**
 * Reads what {@link saveStyles} wrote.
 *
 * @returns [count, styleCount, styleSize], owned by the caller.
 * @throws DataError when the file cannot be read, CheckpointError when it is damaged or another model's.
 */
export async function loadStyles(path: string, variant: StyleganLite): Promise<LayeredStyles> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new DataError("stylegan-lite", `cannot read the latent ${path}: ${cause.message}.`, { cause });
  });
  return restoreStyles(variant, decodeSafetensors(bytes, path), path);
}
