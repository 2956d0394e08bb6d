import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { DataError } from "../errors/index.js";

/** Classes of a list of pictures. */
export interface PictureLabels {
  /** Names of the classes, by label. */
  classNames: readonly string[];
  /** Class of each picture, an index into `classNames`. */
  labels: Int32Array;
}

/**
 * Classes from the names of the folders that the pictures are in.
 *
 * @param paths Relative to the set's folder, with `/`.
 * @throws DataError when a picture is in no subfolder.
 */
export function labelByFolder(paths: readonly string[]): PictureLabels {
  return indexClasses(
    paths.map((path) => {
      const end = path.indexOf("/");
      if (end > 0) return path.slice(0, end);
      throw new DataError(
        "core",
        `${path} has no label: it is in no subfolder. Move it into the folder of its class.`,
      );
    }),
  );
}

/**
 * Classes from a file: CSV with a picture's path and its label in each line, or JSON, either
 * `{ "a.png": "cat" }` or `{ "labels": [["a.png", "cat"]] }`. A heading of a CSV file is recognised by
 * naming no picture.
 *
 * @param paths Relative to the set's folder, with `/`.
 * @throws DataError when the file cannot be read or lacks the label of a picture.
 */
export async function labelByFile(file: string, paths: readonly string[]): Promise<PictureLabels> {
  let pairs: Map<string, string>;
  try {
    const text = await readFile(file, "utf8");
    pairs = extname(file).toLowerCase() === ".json" ? readJson(text) : await readCsv(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      "core",
      `cannot read labels from ${file}: ${reason}. Give a CSV file of lines path,label or a JSON file of { "path": label }.`,
      { cause },
    );
  }
  const missing = paths.filter((path) => !pairs.has(path));
  if (missing.length > 0) {
    const others = missing.length === 1 ? "" : ` and ${missing.length - 1} others`;
    throw new DataError(
      "core",
      `${file} has no label for ${missing[0]}${others}. Name each picture by its path within the folder.`,
    );
  }
  return indexClasses(paths.map((path) => pairs.get(path) as string));
}

async function readCsv(text: string): Promise<Map<string, string>> {
  const { parse: parseCsv } = await import("csv-parse/sync"); // every command would load it
  const rows = parseCsv(text, { bom: true, skip_empty_lines: true, trim: true }) as string[][];
  return collectPairs(rows);
}

function readJson(text: string): Map<string, string> {
  const json: unknown = JSON.parse(text);
  if (typeof json !== "object" || json === null) throw new TypeError("it holds no object");
  const { labels } = json as { labels?: unknown };
  return collectPairs(Array.isArray(labels) ? labels : Object.entries(json));
}

function collectPairs(rows: readonly unknown[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const row of rows) {
    const [path, label] = Array.isArray(row) ? row : [];
    const isLabel = (typeof label === "string" && label !== "") || Number.isInteger(label);
    if (typeof path !== "string" || !isLabel) {
      throw new TypeError(`a path and a label are needed, got ${JSON.stringify(row)}`);
    }
    const name = path.replaceAll("\\", "/").replace(/^\.\//, "");
    const known = pairs.get(name);
    if (known !== undefined && known !== String(label)) {
      throw new TypeError(`${path} has two labels, ${known} and ${label}`);
    }
    pairs.set(name, String(label));
  }
  return pairs;
}

/** Sorts the names of the classes, by value if all are numbers. */
function indexClasses(names: readonly string[]): PictureLabels {
  const classNames = [...new Set(names)].sort();
  if (classNames.every((name) => /^\d+$/.test(name))) classNames.sort((a, b) => Number(a) - Number(b));
  const index = new Map(classNames.map((name, place) => [name, place]));
  return { classNames, labels: Int32Array.from(names, (name) => index.get(name) as number) };
}
