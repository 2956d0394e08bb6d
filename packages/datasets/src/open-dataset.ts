import { DataError, type ImageSet } from "@gan/core";
import type { DatasetKind, DatasetRegistry, OpenedDataset } from "@gan/core/cli";
import { type DatasetEntry, entries } from "./entries.js";
import type { DatasetOptions } from "./options.js";

/** The registry, with the options that our sets know. */
export interface Datasets extends DatasetRegistry {
  /** Opens a set by its name, fetching nothing. */
  open(name: string, options?: DatasetOptions): Promise<OpenedDataset>;
}

const testSuffix = "-test";

/** All data sets by name. */
export const datasets: Datasets = {
  descriptions: entries,
  isInstalled: (name) => findEntry(name).entry.isInstalled(),
  async open(name, options = {}) {
    const { entry, isTest } = findEntry(name);
    if (isTest && options.split !== undefined && options.split !== "test") {
      throw new DataError("datasets", `${name} is the test split, got the split ${options.split} as well.`);
    }
    return entry.open(isTest ? { ...options, split: "test" } : options);
  },
};

/** The names that {@link openDataset} knows. */
export const datasetNames: readonly string[] = entries.flatMap(({ name, testPictures, kind }) =>
  kind !== "images" ? [] : testPictures === undefined ? [name] : [name, `${name}${testSuffix}`],
);

/**
 * Opens a set of pictures by name, for example `mnist` or `noto`; `<name>-test` is its held-out part.
 *
 * @throws DataError when the name is unknown or not one of pictures, what it needs is absent, or the set
 *   cannot be read.
 */
export async function openDataset(name: string, options?: DatasetOptions): Promise<ImageSet> {
  const opened = await datasets.open(name, options);
  return requireKind(name, opened, "images").images;
}

/**
 * Opens a set of aligned pairs by name, for example `openmoji-pairs`.
 *
 * @throws DataError as {@link openDataset} does.
 */
export async function openPairs(name: string, options?: DatasetOptions) {
  return requireKind(name, await datasets.open(name, options), "pairs");
}

/**
 * Opens two domains by name, for example `noto-twemoji`.
 *
 * @throws DataError as {@link openDataset} does.
 */
export async function openDomains(name: string, options?: DatasetOptions) {
  return requireKind(name, await datasets.open(name, options), "domains");
}

function requireKind<Kind extends DatasetKind>(
  name: string,
  opened: OpenedDataset,
  kind: Kind,
): Extract<OpenedDataset, { kind: Kind }> {
  if (opened.kind === kind) return opened as Extract<OpenedDataset, { kind: Kind }>;
  const names = entries.filter((entry) => entry.kind === kind).map((entry) => entry.name);
  throw new DataError(
    "datasets",
    `${name} holds ${opened.kind}, but ${kind} are needed. Use one of: ${names.join(", ")}.`,
  );
}

function findEntry(name: string): { entry: DatasetEntry; isTest: boolean } {
  const exact = entries.find((entry) => entry.name === name);
  if (exact !== undefined) return { entry: exact, isTest: false };
  const trunk = name.endsWith(testSuffix) ? name.slice(0, -testSuffix.length) : undefined;
  const entry = entries.find((one) => one.name === trunk && one.testPictures !== undefined);
  if (entry !== undefined) return { entry, isTest: true };
  const names = entries.flatMap((one) =>
    one.testPictures === undefined ? [one.name] : [one.name, `${one.name}${testSuffix}`],
  );
  throw new DataError("datasets", `there is no data set named ${name}. Use one of: ${names.join(", ")}.`);
}
