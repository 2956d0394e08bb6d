import { stat } from "node:fs/promises";
import { ConfigError, GanError } from "../errors/index.js";
import { imageFolder, openPack } from "../node/index.js";
import type { DatasetRegistry, DatasetRequest, OpenedDataset } from "./dataset-registry.js";

/** How a source is to be opened. */
export interface SourceOptions extends Pick<DatasetRequest, "imageSize" | "background"> {
  /** Classes of a folder's pictures. */
  labels?: string;
}

/**
 * Opens what a user names: a data set, a folder of pictures, or a pack. A name without a slash is looked
 * up among the data sets first.
 *
 * @returns The set, and how to close it.
 */
export async function openSource(
  source: string,
  load: () => Promise<DatasetRegistry>,
  options: SourceOptions,
): Promise<{ opened: OpenedDataset; close(): Promise<void> }> {
  const { labels, ...request } = options;
  const found = await stat(source).catch(() => undefined);
  const isPath = /[/\\]/.test(source);
  if (!isPath) {
    const registry = await load().catch((error: unknown) => {
      if (found !== undefined && GanError.isInstance(error)) return undefined; // A path needs no registry.
      throw error;
    });
    if (registry !== undefined && (found === undefined || knows(registry, source))) {
      if (labels !== undefined) {
        throw new ConfigError("core", `--labels is for folders, got it for the set ${source}. Leave it out.`);
      }
      return { opened: await registry.open(source, request), close: async () => {} };
    }
  }
  if (found?.isFile()) {
    const pack = await openPack(source);
    return { opened: { kind: "images", images: pack }, close: () => pack.close() };
  }
  const images = await imageFolder(source, labels === undefined ? {} : { labels });
  return { opened: { kind: "images", images }, close: async () => {} };
}

function knows(registry: DatasetRegistry, name: string): boolean {
  return registry.descriptions.some((known) => name === known.name || name === `${known.name}-test`);
}

/** The sets of pictures that an opened set has, by the name of their part. */
export function partsOf(opened: OpenedDataset) {
  if (opened.kind === "images") return [{ part: "images", set: opened.images }];
  if (opened.kind === "pairs") {
    return [
      { part: "input", set: opened.input },
      { part: "target", set: opened.target },
    ];
  }
  return [
    { part: "a", set: opened.a },
    { part: "b", set: opened.b },
  ];
}

/**
 * Checks a flag that must be a whole number above 0.
 *
 * @throws ConfigError when it is not.
 */
export function requirePositive(flag: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new ConfigError("core", `${flag} must be a whole number above 0, got ${value}.`);
}
