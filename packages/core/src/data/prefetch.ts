/** Bytes of decoded pictures that may wait for their turn. */
const mostWaitingBytes = 256 * 2 ** 20;

/** Batches to read ahead: 4, fewer when they are large, but at least 1. */
export function chooseDepth(batchBytes: number): number {
  return Math.max(1, Math.min(4, Math.floor(mostWaitingBytes / batchBytes)));
}

/**
 * Reads batches in order, `depth` of them ahead, so that they are decoded while training holds the
 * thread. Leaving the loop starts no more reads; an error comes at the place of its batch.
 *
 * @param first Number of the first batch.
 */
export async function* prefetch<Batch>(
  read: (batch: number) => Promise<Batch>,
  first: number,
  depth: number,
): AsyncGenerator<Batch, never, undefined> {
  const waiting: Promise<Batch>[] = [];
  for (let next = first; ; ) {
    for (; waiting.length <= depth; next++) {
      const batch = read(next);
      batch.catch(() => undefined); // Reported when its turn comes; unheard after the loop was left.
      waiting.push(batch);
    }
    yield await (waiting.shift() as Promise<Batch>);
  }
}
