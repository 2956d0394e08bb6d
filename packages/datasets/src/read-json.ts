import { readFile } from "node:fs/promises";
import { DataError } from "@gan/core";
import type { PicturePackage } from "./find-package.js";

/**
 * Reads a list that a picture package ships.
 *
 * @throws DataError when it is absent, damaged, or not a list.
 */
export async function readJsonFile(path: string, { name, version }: PicturePackage): Promise<unknown[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new DataError(
      "datasets",
      `cannot read ${path}: ${(cause as Error).message}. Install ${name}@${version} again.`,
      { cause },
    );
  }
  if (!Array.isArray(value)) {
    throw new DataError(
      "datasets",
      `${path} must hold a list, got ${typeof value}. Install ${name}@${version} again.`,
    );
  }
  return value;
}
