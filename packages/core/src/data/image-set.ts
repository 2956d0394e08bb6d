import { DataError } from "../errors/index.js";
import type { PixelImage } from "./pixel-grid.js";

/** How a picture of one shape is brought into another. */
export type PictureFit =
  /** Scaled until it covers the shape; what lies over is cut off on both sides. */
  | "cover"
  /** Scaled until it fits into the shape; the rest is background. */
  | "contain"
  /** Scaled in each direction by itself. */
  | "stretch"
  /** Never enlarged: centred on the background, scaled down only when it is too large. */
  | "pad";

/** The shape that pictures are brought into when they are decoded. */
export interface PictureShape {
  /** Pixels. */
  height: number;
  /** Pixels. */
  width: number;
  /** 1: grey, 3: colour, 4: colour and alpha, `auto`: 1 or 3, as each picture has it. */
  channels: 1 | 3 | 4 | "auto";
  /** Default `cover`. */
  fit?: PictureFit;
  /** Colour under transparent pictures and around small ones, as CSS writes it. Default black. */
  background?: string;
}

/** What a set is read from. */
export interface Fingerprint {
  /** Where, for example a folder: a cache of it is replaced when the content changed. */
  source: string;
  /** A text that is another one when a picture, a label or their order changed. */
  content: string;
}

/** Pictures that are read one at a time, by their position. */
export interface ImageSet {
  /** What to call the set in messages. */
  readonly name: string;
  /** Pictures in it. */
  readonly count: number;
  /** Names of the classes that {@link label} counts. */
  readonly classNames?: readonly string[];
  /** Class of a picture, an index into `classNames`. Absent when the set has no labels. */
  label?(index: number): number;
  /** File or position of a picture, for messages. */
  describe(index: number): string;
  /**
   * Reads a picture.
   *
   * @throws DataError when this picture is damaged or missing; others may be readable.
   */
  read(index: number): Promise<PixelImage>;
  /** The same set with each picture decoded straight into a shape, where the set can do that. */
  reshaped?(shape: PictureShape): ImageSet;
  /** What a cache of the decoded pictures goes by. Absent when there is no such. */
  computeFingerprint?(): Promise<Fingerprint>;
}

/** Pictures of one size, ready to be put into batches. */
export interface UniformImageSet extends ImageSet {
  /** Pixels. */
  readonly height: number;
  /** Pixels. */
  readonly width: number;
  /** Channels of a picture: 1 for grey, 3 for RGB, 4 with alpha. */
  readonly channels: number;
  /** What was left out so far. */
  readonly skipped: SkippedPictures;
  /** Frees what the set holds open. It cannot be read afterwards. */
  close(): Promise<void>;
}

/** Pictures that could not be read: how many, and the first of them by name. */
export class SkippedPictures {
  readonly #reasons = new Map<number, string>();

  /** Number of different pictures. */
  get count(): number {
    return this.#reasons.size;
  }

  /** The reasons of the first ten, each naming its picture. */
  get examples(): readonly string[] {
    return [...this.#reasons.values()].slice(0, 10);
  }

  /** Notes a picture; a second time changes nothing. */
  add(index: number, reason: string): void {
    if (!this.#reasons.has(index)) this.#reasons.set(index, reason);
  }

  /** Notes all that another list has. */
  addAll(other: SkippedPictures): void {
    for (const [index, reason] of other.#reasons) this.add(index, reason);
  }
}

/** Grey pictures among coloured ones: an error of the whole set, for which no picture is left out. */
export class MixedChannelsError extends DataError {}

/**
 * The labels of a set that must have them.
 *
 * @throws DataError when the set has none.
 */
export function requireLabels(set: ImageSet): (index: number) => number {
  if (set.label === undefined) {
    throw new DataError(
      "core",
      `${set.name} has no labels. Sort the pictures into one folder per class, or give a file of labels.`,
    );
  }
  return (index) => (set.label as (index: number) => number)(index);
}
