import {
  type DomainDataConfig,
  type ImageSet,
  type PairDataConfig,
  type PictureShape,
  type SizedImageSet,
  SkippedPictures,
  type UniformImageSet,
} from "../data/index.js";
import { DataError } from "../errors/index.js";
import { imageFiles, imageFolder } from "./image-folder.js";
import { type OpenImagesOptions, prepareForBatches } from "./open-images.js";
import { derivedSet, halfSet } from "./pair-sets.js";
import { type FolderPart, findPartFolder, findTwoFolders, matchNames } from "./two-set-folders.js";

type Preparation = Pick<OpenImagesOptions, "imageSize" | "onWarning" | "onProgress">;

/** Options of {@link openPairSets}. */
export interface OpenPairSetsOptions extends Preparation {
  /** Channels that inputs are brought to. */
  inputChannels: PictureShape["channels"];
  /** Channels that targets are brought to. */
  targetChannels: PictureShape["channels"];
  /** Default `train`. */
  part?: FolderPart;
  /** Opens a part of a data set by its name; undefined where it has none. */
  openNamed: (name: string, part: FolderPart) => Promise<{ input: ImageSet; target: ImageSet } | undefined>;
}

/** Two sets that were opened together. */
export interface TwoSets<Side extends string> {
  /** The pictures of each side. */
  sets: Record<Side, SizedImageSet>;
  /** What was left out so far: pairs of which a picture could not be read, or pictures of either domain. */
  skipped: { readonly count: number; readonly examples: readonly string[] };
  /** Closes the files. */
  close(): Promise<void>;
}

/**
 * Opens the pairs that the `data` section of a configuration names, in one size, `input` being the side that
 * `direction` translates.
 *
 * @returns Sets for `pairedBatches`, to be closed after use; undefined where there is no such part.
 * @throws DataError when they cannot be read, or a picture has no partner.
 */
export async function openPairSets(
  data: PairDataConfig,
  options: OpenPairSetsOptions,
): Promise<TwoSets<"input" | "target"> | undefined> {
  const { part = "train" } = options;
  const named = data.name === undefined ? undefined : await options.openNamed(data.name, part);
  const found = named === undefined ? await openPairFolder(data, part) : { a: named.input, b: named.target };
  if (found === undefined) return undefined;
  const [input, target] = data.direction === "a2b" ? [found.a, found.b] : [found.b, found.a];
  const prepare = (set: ImageSet, channels: PictureShape["channels"]) =>
    prepareForBatches(set, data, { ...options, channels });
  const sets = {
    input: await prepare(input, options.inputChannels),
    target: await prepare(target, options.targetChannels),
  };
  const skipped = new SkippedPictures();
  skipped.addAll(sets.input.skipped);
  skipped.addAll(sets.target.skipped);
  return { sets: { ...sets, input: { ...sets.input, skipped } }, skipped, close: () => closeAll(sets) };
}

async function openPairFolder(
  data: PairDataConfig,
  part: FolderPart,
): Promise<{ a: ImageSet; b: ImageSet } | undefined> {
  if (data.folder === undefined) return undefined;
  const limits = { maxPixels: data.maxPixels, minSide: data.minSide };
  const { pairs, folder } = data;
  const two = pairs === undefined || pairs === "folders" ? await findTwoFolders(folder, part) : undefined;
  if (two !== undefined) {
    const paths = await matchNames(two.a, two.b);
    const open = (side: "a" | "b") =>
      imageFiles({ name: two[side], folder: two[side], paths: paths[side], ...limits });
    return { a: open("a"), b: open("b") };
  }
  const place = await findPartFolder(folder, part);
  if (place === undefined || pairs === "folders") return undefined;
  const set = await imageFolder(place, limits);
  if (pairs === undefined) await checkHalves(set);
  if (pairs === undefined || pairs === "side-by-side")
    return { a: halfSet(set, "left"), b: halfSet(set, "right") };
  const derivation =
    pairs === "low-resolution" ? { type: pairs, reduction: data.reduction } : { type: pairs };
  return { a: derivedSet(set, derivation), b: set };
}

/** Refuses to cut pictures apart that nobody said to be pairs and that do not look like some. */
async function checkHalves(set: ImageSet): Promise<void> {
  const first = await set.read(0).catch(() => undefined);
  if (first === undefined || first.width === 2 * first.height) return;
  throw new DataError(
    "core",
    `${set.name} must hold pairs, got no folders A and B, and pictures of ${first.width}×${first.height}, which are not two squares side by side. Say what they are by data.pairs: side-by-side, edges, grey or low-resolution.`,
  );
}

/** Options of {@link openDomainSets}. */
export interface OpenDomainSetsOptions extends Preparation {
  /** Channels that both domains are brought to. */
  channels: PictureShape["channels"];
  /** Default `train`. */
  part?: FolderPart;
  /** Opens a part of a data set by its name; undefined where it has none. */
  openNamed: (name: string, part: FolderPart) => Promise<{ a: ImageSet; b: ImageSet } | undefined>;
}

/**
 * Opens the two domains that the `data` section of a configuration names, in one size.
 *
 * @returns Sets for `unpairedBatches`, to be closed after use; undefined where there is no such part.
 * @throws DataError when they cannot be read, or a domain is empty.
 */
export async function openDomainSets(
  data: DomainDataConfig,
  options: OpenDomainSetsOptions,
): Promise<TwoSets<"a" | "b"> | undefined> {
  const { part = "train" } = options;
  const found =
    data.name === undefined ? await openDomainFolder(data, part) : await options.openNamed(data.name, part);
  if (found === undefined) return undefined;
  const sets = {
    a: await prepareForBatches(found.a, data, options),
    b: await prepareForBatches(found.b, data, options),
  };
  const skipped = {
    get count() {
      return sets.a.skipped.count + sets.b.skipped.count;
    },
    get examples() {
      return [...sets.a.skipped.examples, ...sets.b.skipped.examples];
    },
  };
  return { sets, skipped, close: () => closeAll(sets) };
}

async function openDomainFolder(
  { folder = "", maxPixels, minSide }: DomainDataConfig,
  part: FolderPart,
): Promise<{ a: ImageSet; b: ImageSet } | undefined> {
  const two = await findTwoFolders(folder, part);
  if (two !== undefined) {
    return {
      a: await imageFolder(two.a, { maxPixels, minSide }),
      b: await imageFolder(two.b, { maxPixels, minSide }),
    };
  }
  if (part === "test") return undefined;
  throw new DataError(
    "core",
    `${folder} must hold two folders of pictures, trainA and trainB, or A and B, got neither. Give the folder that they are in.`,
  );
}

async function closeAll(sets: Record<string, UniformImageSet>): Promise<void> {
  await Promise.all(Object.values(sets).map((set) => set.close()));
}
