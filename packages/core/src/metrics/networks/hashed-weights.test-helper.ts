import type { PixelImage } from "../../data/index.js";
import type { WeightTensor } from "./weight-tensors.js";

/** As fixtures/metrics/hashed_weights.py: whole numbers in [0, 2^32) from a name. */
function hashNumbers(name: string, count: number): Uint32Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  const numbers = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    let x = Math.imul(index, 0x9e3779b9) + seed;
    x ^= x >>> 16;
    x = Math.imul(x, 0x7feb352d);
    x ^= x >>> 15;
    x = Math.imul(x, 0x846ca68b);
    numbers[index] = x ^ (x >>> 16);
  }
  return numbers;
}

const productOf = (sizes: readonly number[]) => sizes.reduce((product, size) => product * size, 1);

/** The weights of a tensor, the same as Python makes of its name. */
export function hashWeights(name: string, shape: readonly number[]): WeightTensor {
  const numbers = hashNumbers(name, productOf(shape));
  const isNorm = shape.length < 2;
  const isAroundOne = isNorm && /weight$|running_var$/.test(name);
  const spread = isNorm ? 0.2 : Math.sqrt(24 / productOf(shape.slice(1)));
  const scale = name.endsWith("running_var") ? 0.5 : isAroundOne ? 0.4 : spread;
  const values = new Float32Array(numbers.length);
  for (let index = 0; index < values.length; index++) {
    const u = ((numbers[index] as number) >>> 8) / 2 ** 24 - 0.5;
    values[index] = (isAroundOne ? 1 : 0) + u * scale;
  }
  return { shape, values };
}

/** A whole network's weights. */
export function hashState(shapes: Readonly<Record<string, readonly number[]>>): Map<string, WeightTensor> {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, hashWeights(name, shape)]));
}

/** Noise, darker to the right and below, the same as Python makes. */
export function hashPicture(name: string, height: number, width: number, channels = 3): PixelImage {
  const noise = hashNumbers(name, height * width * channels);
  const pixels = Uint8Array.from(noise, (number, index) => {
    const place = Math.floor(index / channels);
    const shade = Math.floor(place / width) + (place % width);
    return Math.floor(((number >>> 24) * (height + width - shade)) / (height + width));
  });
  return { width, height, channels, pixels };
}

/** The largest difference, as a share of the expected values' root mean square. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  let [largest, squares] = [0, 0];
  for (const [index, value] of expected.entries()) {
    largest = Math.max(largest, Math.abs((actual[index] as number) - value));
    squares += value * value;
  }
  if (actual.length !== expected.length) throw new Error(`${actual.length} values, not ${expected.length}`);
  return largest / Math.sqrt(squares / expected.length);
}
