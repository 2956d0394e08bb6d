import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError, decodeSafetensors, decodeSafetensorsMetadata } from "@gan/core";
import { writeWhole } from "@gan/core/node";
import {
  type EncoderShape,
  encodeEncoder,
  encoderFile,
  restoreEncoder,
  type StyleEncoder,
} from "../tools/style-encoder.js";

/** An encoder as a run folder has it. */
export interface LoadedEncoder {
  /** To be disposed by the caller. */
  encoder: StyleEncoder;
  /** Images that the model had seen when the encoder was trained for it; NaN where the file does not say. */
  imagesSeen: number;
}

/**
 * Saves an encoder in a run folder, where `project` finds it.
 *
 * @param imagesSeen By the model that it was trained for.
 * @returns The file.
 * @throws CheckpointError when it cannot be written.
 */
export async function saveEncoder(run: string, encoder: StyleEncoder, imagesSeen: number): Promise<string> {
  const path = join(run, encoderFile);
  await writeWhole(path, await encodeEncoder(encoder, imagesSeen));
  return path;
}

/**
 * Loads the encoder of a run folder.
 *
 * @param shape The model's configuration.
 * @returns Undefined when there is none.
 * @throws CheckpointError when it is damaged or for another model.
 */
export async function loadEncoder(run: string, shape: EncoderShape): Promise<LoadedEncoder | undefined> {
  const path = join(run, encoderFile);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CheckpointError("stylegan-lite", `cannot read ${path}: ${(cause as Error).message}.`, {
      cause,
    });
  }
  const encoder = restoreEncoder(shape, decodeSafetensors(bytes, path), path);
  return { encoder, imagesSeen: Number(decodeSafetensorsMetadata(bytes, path)["imagesSeen"]) };
}
