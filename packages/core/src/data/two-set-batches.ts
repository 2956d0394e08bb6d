import { DataError } from "../errors/index.js";
import type { BatchSource, PairBatch, UnpairedBatch } from "./batch-source.js";
import { createPictureTensor } from "./gather-pictures.js";
import {
  type BatchOptions,
  createBatchSource,
  measurePicture,
  type SizedImageSet,
  streamPictures,
} from "./image-batches.js";

/**
 * Batches of pictures and what each is to become: the pictures at equal positions of two sets, cut and
 * mirrored in the same way. Otherwise as `imageBatches`. A pair is left out when either cannot be read.
 *
 * @throws DataError when the sets differ in number or size, or hold fewer pictures than a batch takes.
 */
export function pairedBatches(
  sets: { input: SizedImageSet; target: SizedImageSet },
  options: BatchOptions,
): BatchSource<PairBatch> {
  const { input, target } = sets;
  if (input.count !== target.count || input.height !== target.height || input.width !== target.width) {
    throw new DataError(
      "core",
      `pairs need as many pictures of the same size on both sides: ${describeSize(input)}, but ${describeSize(target)}.`,
    );
  }
  const pairs = {
    async read(index: number) {
      const [first, second] = await Promise.all([input.read(index), target.read(index)]);
      return { input: first, target: second };
    },
  };
  const stream = streamPictures(input, pairs, options);
  return createBatchSource(stream, options, measurePicture(input) + measurePicture(target), (views) => {
    const gather = (side: "input" | "target") => {
      const pictures = views.map(({ picture, view }) => ({ picture: picture[side], view }));
      return createPictureTensor(pictures, options.imageSize, sets[side].channels);
    };
    return { input: gather("input"), target: gather("target") };
  });
}

/**
 * Batches of pictures of two domains, each shuffled by itself. An epoch is one pass over the larger set.
 * Otherwise as `imageBatches`.
 *
 * @throws DataError when a set holds fewer pictures than a batch takes.
 */
export function unpairedBatches(
  sets: { a: SizedImageSet; b: SizedImageSet },
  options: BatchOptions,
): BatchSource<UnpairedBatch> {
  const open = (side: "a" | "b") =>
    streamPictures(sets[side], sets[side], { ...options, random: options.random.fork(side) });
  const streams = { a: open("a"), b: open("b") };
  const stream = {
    batchesPerEpoch: Math.max(streams.a.batchesPerEpoch, streams.b.batchesPerEpoch),
    async read(batch: number) {
      const [a, b] = await Promise.all([streams.a.read(batch), streams.b.read(batch)]);
      return { a, b };
    },
  };
  return createBatchSource(stream, options, measurePicture(sets.a) + measurePicture(sets.b), (pictures) => {
    const gather = (side: "a" | "b") =>
      createPictureTensor(pictures[side], options.imageSize, sets[side].channels);
    return { a: gather("a"), b: gather("b") };
  });
}

function describeSize({ name, count, height, width }: SizedImageSet): string {
  return `${name} has ${count} of ${height}×${width}`;
}
