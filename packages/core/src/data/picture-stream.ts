import { ConfigError, DataError, GanError } from "../errors/index.js";
import type { Random } from "../random/index.js";
import { type Augmentation, chooseView, type View } from "./augmentation.js";
import { SkippedPictures } from "./image-set.js";
import { createShuffledPicks } from "./shuffled-picks.js";

/** A picture and what happens to it on the way into a batch. */
export interface ViewedPicture<Picture> {
  /** Position in the set; another one than was picked when that could not be read. */
  index: number;
  picture: Picture;
  view: View;
}

/** Where the pictures of a stream come from. */
export interface PictureStreamOptions<Picture> {
  name: string;
  count: number;
  read(index: number): Promise<Picture>;
  batchSize: number;
  random: Random;
  augmentation: Augmentation;
  /** End at a picture that cannot be read instead of taking another. */
  strict: boolean;
  /** Notes what was left out. */
  skipped?: SkippedPictures;
}

/** Batches of decoded pictures by number. */
export interface PictureStream<Picture> {
  readonly batchesPerEpoch: number;
  read(batch: number): Promise<ViewedPicture<Picture>[]>;
}

/** Pictures tried in place of one that cannot be read. */
const mostReplacements = 100;

/**
 * Shuffled pictures, batch by batch. In place of a picture that cannot be read comes another, chosen
 * by the random numbers of that place: the sequence stays the same for a seed.
 *
 * @throws DataError when there are fewer pictures than a batch takes.
 */
export function createPictureStream<Picture>(options: PictureStreamOptions<Picture>): PictureStream<Picture> {
  const { name, count, batchSize, random, augmentation, strict, skipped = new SkippedPictures() } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ConfigError("core", `batchSize must be a whole number above 0, got ${batchSize}.`);
  }
  const { batchesPerEpoch, pick } = createShuffledPicks(name, count, batchSize, random);

  async function readOne(index: number, epoch: number, place: number): Promise<ViewedPicture<Picture>> {
    const view = chooseView(random, augmentation, epoch, place);
    let candidate = index;
    let others: Random | undefined;
    for (let attempt = 0; ; attempt++) {
      try {
        return { index: candidate, picture: await options.read(candidate), view };
      } catch (error) {
        if (!isUnreadable(error) || strict) throw error;
        skipped.add(candidate, error.message);
        if (attempt === mostReplacements) {
          throw new DataError(
            "core",
            `${name}: ${attempt + 1} pictures in a row could not be read. The last: ${error.message}`,
            { cause: error },
          );
        }
      }
      others ??= random.fork(`replacements-${epoch}-${place}`);
      candidate = others.integer(count);
    }
  }

  async function read(batch: number): Promise<ViewedPicture<Picture>[]> {
    const { epoch, start, indices } = pick(batch);
    return Promise.all(Array.from(indices, (index, offset) => readOne(index, epoch, start + offset)));
  }

  return { batchesPerEpoch, read };
}

/** Whether an error is about one picture: a plain DataError, whichever copy of this package it is from. */
export function isUnreadable(error: unknown): error is DataError {
  return GanError.isInstance(error) && error.name === "DataError";
}
