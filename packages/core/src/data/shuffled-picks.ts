import { DataError } from "../errors/index.js";
import type { Random } from "../random/index.js";

/** The pictures of one batch: where it stands in the shuffled data, and what lies there. */
export interface Picks {
  epoch: number;
  /** Place of the first picture within the epoch. */
  start: number;
  /** Positions in the set. */
  indices: Uint32Array;
}

/** Hands out batches of positions, shuffled anew every epoch. */
export interface ShuffledPicks {
  readonly batchesPerEpoch: number;
  /** The same number always gives the same batch. */
  pick(batch: number): Picks;
}

/**
 * Shuffles `count` pictures, seeded, anew in every epoch; what is left over at an epoch's end is dropped.
 *
 * @param name What to call the set in an error.
 * @throws DataError when there are fewer pictures than a batch takes.
 */
export function createShuffledPicks(
  name: string,
  count: number,
  batchSize: number,
  random: Random,
): ShuffledPicks {
  if (count < batchSize || count < 1) {
    throw new DataError(
      "core",
      `${name} has ${count} pictures, fewer than one batch of ${batchSize}. Lower batchSize or add pictures.`,
    );
  }
  const batchesPerEpoch = Math.floor(count / batchSize);
  let shuffled: { epoch: number; order: Uint32Array } | undefined;

  function pick(batch: number): Picks {
    const epoch = Math.floor(batch / batchesPerEpoch);
    if (shuffled?.epoch !== epoch) {
      shuffled = { epoch, order: random.fork(`epoch-${epoch}`).permutation(count) };
    }
    const start = (batch % batchesPerEpoch) * batchSize;
    return { epoch, start, indices: shuffled.order.subarray(start, start + batchSize) };
  }

  return { batchesPerEpoch, pick };
}
