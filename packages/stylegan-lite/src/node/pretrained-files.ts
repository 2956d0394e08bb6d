import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { multiplyDoubles } from "@gan/backend-ort";
import { CheckpointError, decodeSafetensors } from "@gan/core";
import { findPretrained } from "@gan/core/node";
import type { StyleganLite } from "../stylegan-lite.js";
import {
  decodeDirections,
  directionsFile,
  encodeDirections,
  type SavedDirections,
} from "../tools/saved-directions.js";
import { computeStyleComponents, computeWeightDirections } from "../tools/style-directions.js";
import { encodeEncoder, encoderFile } from "../tools/style-encoder.js";
import { loadEncoder } from "./encoder-files.js";
import { weightsFolder } from "./load-stylegan-lite.js";

/** Directions that are kept, the strongest. */
const mostDirections = 16;

/**
 * What belongs into a folder of pretrained weights besides the networks: directions for edits, and the run's encoder
 * where it has one.
 *
 * @returns The files' bytes by name.
 */
export async function createPretrainedFiles(
  variant: StyleganLite,
  folder: string,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const { styleSize, classCount } = variant.config;
  const options = { count: Math.min(mostDirections, styleSize), multiply: multiplyDoubles };
  if (classCount === 0) {
    const pca = await computeStyleComponents(variant, options);
    const sefa = await computeWeightDirections(variant, options);
    files.set(directionsFile, encodeDirections({ pca, sefa }));
  }
  const loaded = await loadEncoder(folder, variant.config);
  if (loaded !== undefined) {
    files.set(encoderFile, await encodeEncoder(loaded.encoder, loaded.imagesSeen, "F16"));
    loaded.encoder.dispose();
  }
  return files;
}

/**
 * Loads the directions that pretrained weights come with, the strongest first.
 *
 * @param nameOrFolder As for {@link loadStyleganLite}, but no run.
 * @throws CheckpointError when there are none.
 */
export async function loadDirections(nameOrFolder: string): Promise<SavedDirections> {
  const { folder } = await findPretrained("stylegan-lite", weightsFolder, nameOrFolder);
  const path = join(folder, directionsFile);
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new CheckpointError("stylegan-lite", `cannot read ${path}: ${cause.message}.`, { cause });
  });
  return decodeDirections(decodeSafetensors(bytes, path), path);
}
