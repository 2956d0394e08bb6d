import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { decodeSafetensors } from "../../checkpoint/index.js";
import { DataError } from "../../errors/index.js";
import type { WeightTensors } from "../../metrics/networks/weight-tensors.js";
import { readTorchWeights } from "../torch/read-torch-weights.js";

/** Weights from a file, and what it hashes to. */
export interface ReadWeights {
  tensors: WeightTensors;
  /** SHA-256 of the file, in hexadecimal digits. */
  hash: string;
}

/** The SHA-256 of bytes, in hexadecimal digits. */
export const computeHash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * Reads a file whole.
 *
 * @param remedy What to do when it cannot be read, a sentence.
 * @throws DataError when it cannot be read.
 */
export async function readWeightsFile(path: string, remedy: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new DataError("core", `cannot read ${path}: ${(cause as Error).message}. ${remedy}`, { cause });
  }
}

/** @throws DataError when the file cannot be read, CheckpointError when it is damaged. */
export async function readSafetensorsWeights(path: string, remedy: string): Promise<ReadWeights> {
  const bytes = await readWeightsFile(path, remedy);
  return { tensors: decodeSafetensors(bytes, path), hash: computeHash(bytes) };
}

/**
 * Reads weights that somebody else published: PyTorch's file, or the same tensors as safetensors.
 *
 * @param isNeeded Which of PyTorch's tensors to read. Default: all.
 * @throws DataError or CheckpointError when the file cannot be read or is damaged.
 */
export async function readPublishedWeights(
  path: string,
  isNeeded?: (name: string) => boolean,
): Promise<ReadWeights> {
  const bytes = await readWeightsFile(path, "Give the path of a file of weights.");
  const tensors = path.endsWith(".safetensors")
    ? decodeSafetensors(bytes, path)
    : await readTorchWeights(bytes, path, isNeeded);
  return { tensors, hash: computeHash(bytes) };
}
