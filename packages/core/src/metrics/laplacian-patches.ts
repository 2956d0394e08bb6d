import type { PixelImage } from "../data/index.js";
import { ShapeError } from "../errors/index.js";
import type { Random } from "../random/index.js";
import type { FeatureMatrix } from "./check-features.js";

/** Side of a patch. */
const patchSize = 7;
/** Binomial filter of the pyramid, its sum 1. */
const taps = [1, 4, 6, 4, 1].map((tap) => tap / 16);

interface Planes {
  side: number;
  channels: number;
  /** [side, side, channels]. */
  values: Float64Array;
}

/**
 * The levels of a square picture's Laplacian pyramid, the finest first, down to 16 pixels: what each
 * scale adds to the next coarser one (Burt and Adelson 1983), bytes as values, mirrored at the border.
 *
 * @throws ShapeError when the side is no power of two from 16.
 */
export function createLaplacianPyramid({ width, height, channels, pixels }: PixelImage): Planes[] {
  if (width !== height || width < 16 || !Number.isInteger(Math.log2(width))) {
    throw new ShapeError(
      "core",
      `a pyramid needs square pictures with a power of two from 16 as side, got ${height}×${width}. Resize them.`,
    );
  }
  const levels: Planes[] = [];
  let current: Planes = { side: width, channels, values: Float64Array.from(pixels) };
  while (current.side > 16) {
    const coarse = shrink(current);
    const { values } = grow(coarse);
    levels.push({
      ...current,
      values: current.values.map((value, index) => value - (values[index] as number)),
    });
    current = coarse;
  }
  return [...levels, current];
}

/**
 * Random 7×7 patches of one pyramid level of many pictures, each channel normalised to mean 0 and
 * deviation 1 over all: what {@link computeSlicedWasserstein} compares (Karras et al. 2017, times 10³).
 *
 * @param levels The same level of each picture.
 * @param patches Patches of each picture; 128 in the paper.
 * @returns [pictures · patches, 7 · 7 · channels].
 */
export function describePatches(levels: readonly Planes[], patches: number, random: Random): FeatureMatrix {
  const { channels } = levels[0] as Planes;
  const size = patchSize * patchSize * channels;
  const count = levels.length * patches;
  const values = new Float64Array(count * size);
  levels.forEach(({ side, values: from }, picture) => {
    for (let patch = 0; patch < patches; patch++) {
      const top = random.integer(side - patchSize + 1);
      const left = random.integer(side - patchSize + 1);
      const to = (picture * patches + patch) * size;
      for (let row = 0; row < patchSize; row++) {
        const start = ((top + row) * side + left) * channels;
        const line = from.subarray(start, start + patchSize * channels);
        values.set(line, to + row * patchSize * channels);
      }
    }
  });
  for (let channel = 0; channel < channels; channel++) standardize(values, channel, channels);
  return { values, count, size };
}

function standardize(values: Float64Array, first: number, step: number): void {
  let [sum, squares] = [0, 0];
  for (let index = first; index < values.length; index += step) sum += values[index] as number;
  const mean = sum / (values.length / step);
  for (let index = first; index < values.length; index += step)
    squares += ((values[index] as number) - mean) ** 2;
  const deviation = Math.sqrt(squares / (values.length / step)) || 1;
  for (let index = first; index < values.length; index += step) {
    values[index] = ((values[index] as number) - mean) / deviation;
  }
}

/** Filtered, every second row and column. */
function shrink(planes: Planes): Planes {
  const { side, channels, values } = filter(planes, 1);
  const half = side / 2;
  const shrunk = new Float64Array(half * half * channels);
  for (let index = 0; index < shrunk.length; index++) {
    const channel = index % channels;
    const column = Math.floor(index / channels) % half;
    const row = Math.floor(index / channels / half);
    shrunk[index] = values[(2 * row * side + 2 * column) * channels + channel] as number;
  }
  return { side: half, channels, values: shrunk };
}

/** Zeros between rows and columns, filtered to four times the weight. */
function grow({ side, channels, values }: Planes): Planes {
  const double = 2 * side;
  const grown = new Float64Array(double * double * channels);
  for (let index = 0; index < values.length; index++) {
    const channel = index % channels;
    const column = Math.floor(index / channels) % side;
    const row = Math.floor(index / channels / side);
    grown[(2 * row * double + 2 * column) * channels + channel] = values[index] as number;
  }
  return filter({ side: double, channels, values: grown }, 4);
}

/** The binomial filter in both directions, the picture mirrored at its border without repeating it. */
function filter({ side, channels, values }: Planes, gain: number): Planes {
  const mirror = (place: number) => {
    const turned = Math.abs(place);
    return turned < side ? turned : 2 * (side - 1) - turned;
  };
  const pass = (from: Float64Array, isVertical: boolean) => {
    const result = new Float64Array(from.length);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        for (let tap = 0; tap < taps.length; tap++) {
          const y = isVertical ? mirror(row + tap - 2) : row;
          const x = isVertical ? column : mirror(column + tap - 2);
          const weight = taps[tap] as number;
          for (let channel = 0; channel < channels; channel++) {
            (result[(row * side + column) * channels + channel] as number) +=
              weight * (from[(y * side + x) * channels + channel] as number);
          }
        }
      }
    }
    return result;
  };
  const filtered = pass(pass(values, false), true);
  return { side, channels, values: filtered.map((value) => value * gain) };
}
