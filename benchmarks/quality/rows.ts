import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** One training and what it was worth. */
export interface QualityRow {
  case: string;
  framework: string;
  seed: number;
  images: number;
  version: string;
  extractor: string;
  /** By name; of some seeds the FID alone was measured. */
  figures: Record<string, number>;
  /** Of training, which may have been interrupted or beside other work; none where it was not timed. */
  seconds?: number;
  /** Of training, where it was not this processor. */
  device?: string;
}

/** Where rows are kept unless told otherwise. */
export const qualityFile = fileURLToPath(new URL("../results/quality.json", import.meta.url));

/** All rows of a file; none where there is no file yet. */
export const readQualityRows = (file = qualityFile): QualityRow[] =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as QualityRow[]) : [];

/** Adds a row to those that the file holds by now. */
export function addQualityRow(file: string, row: QualityRow): void {
  writeFileSync(file, `${JSON.stringify([...readQualityRows(file), row], null, 2)}\n`);
}
