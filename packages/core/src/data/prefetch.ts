/** Bytes of decoded pictures that may wait for their turn. */
const mostWaitingBytes = 256 * 2 ** 20;

/**
 * A file takes about six turns of the event loop to open, read, close and decode, and a training step lets
 * one turn through.
 */
const mostWaitingBatches = 8;

/** Batches to read ahead: 8, fewer when they are large, but at least 1. */
export function chooseDepth(batchBytes: number): number {
  return Math.max(1, Math.min(mostWaitingBatches, Math.floor(mostWaitingBytes / batchBytes)));
}

/**
 * Reads in order, `depth` ahead, so that pictures are decoded while training holds the thread. Leaving
 * the loop starts no more reads; an error comes at its place.
 *
 * @param first Number of the first.
 * @param end Number after the last. Default: there is none.
 */
export async function* prefetch<Item>(
  read: (number: number) => Promise<Item>,
  first: number,
  depth: number,
  end = Number.POSITIVE_INFINITY,
): AsyncGenerator<Item, void, undefined> {
  const waiting: Promise<Item>[] = [];
  for (let next = first; ; ) {
    for (; waiting.length <= depth && next < end; next++) {
      const item = read(next);
      item.catch(() => undefined); // Reported when its turn comes; unheard after the loop was left.
      waiting.push(item);
    }
    const item = waiting.shift();
    if (item === undefined) return;
    yield await item;
  }
}
