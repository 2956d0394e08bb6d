import { type BatchSource, Random, type TensorRecord } from "@gan/core";
import { type Tensor4D, tensor4d, tidy, tile } from "@tensorflow/tfjs-core";
import type { VariantSuite } from "./suite.js";

/** An endless stream in which every batch depends on its place alone. */
export function createBatches<Network extends string, Batch extends TensorRecord>({
  batchSize,
  createBatch,
}: Pick<VariantSuite<Network, Batch>, "batchSize" | "createBatch">): BatchSource<Batch> {
  return {
    batchSize,
    imagesPerEpoch: 100 * batchSize,
    async *batches(imagesSeen) {
      for (let index = Math.floor(imagesSeen / batchSize); ; index++) {
        yield createBatch(new Random(31).fork(`batch-${index}`));
      }
    },
  };
}

/**
 * Pictures of smooth random noise, different from each other: [count, height, width, channels] in [-1, 1].
 *
 * @param blocks Independent areas along each side. Default 4.
 */
export function createPatterns(
  random: Random,
  [count, height, width, channels]: readonly [number, number, number, number],
  blocks = 4,
): Tensor4D {
  const values = new Float32Array(count * height * width * channels);
  const levels = random.normals(count * blocks * blocks * channels).map((value) => Math.tanh(1.5 * value));
  let position = 0;
  for (let picture = 0; picture < count; picture++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const row = Math.floor((y * blocks) / height);
        const column = Math.floor((x * blocks) / width);
        const block = (picture * blocks + row) * blocks + column;
        for (let channel = 0; channel < channels; channel++) {
          values[position++] = levels[block * channels + channel] as number;
        }
      }
    }
  }
  return tensor4d(values, [count, height, width, channels]);
}

/**
 * Eight pictures to learn by heart: a white square, large or small, in each quarter of a black ground:
 * [8 · copies, size, size, channels].
 *
 * @param size A multiple of 8.
 * @param copies How often they are repeated, for batch statistics that mean something. Default 1.
 */
export function createSquares(size: number, channels: number, copies = 1): Tensor4D {
  const shape: [number, number, number, number] = [8, size, size, channels];
  const values = new Float32Array(8 * size * size * channels).fill(-1);
  for (let picture = 0; picture < 8; picture++) {
    const [column, row] = [picture % 2, (picture >> 1) % 2];
    const margin = picture < 4 ? size / 8 : 0;
    for (let y = margin; y < size / 2 - margin; y++) {
      for (let x = margin; x < size / 2 - margin; x++) {
        const pixel = (picture * size + y + (row * size) / 2) * size + x + (column * size) / 2;
        values.fill(1, pixel * channels, (pixel + 1) * channels);
      }
    }
  }
  return tidy(() => tile(tensor4d(values, shape), [copies, 1, 1, 1]));
}
