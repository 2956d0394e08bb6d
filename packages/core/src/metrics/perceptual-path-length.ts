import { avgPool, slice, type Tensor2D, type Tensor4D, tensor2d, tidy } from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import { createInferenceContext, createRowContext } from "../nn/index.js";
import type { Random } from "../random/index.js";
import type { LatentSpace } from "./latent-space.js";
import { computeMeanAndDeviation, type MeanAndDeviation } from "./mean-and-deviation.js";
import { computePerceptualDistance } from "./perceptual-distance.js";
import type { PerceptualNetwork } from "./perceptual-network.js";

/** Options of {@link computePerceptualPathLength}. */
export interface PathLengthOptions {
  /** The latent points, and the pictures that they become. */
  space: LatentSpace;
  /** Draws points, places on paths, and the generator's noise, which is the same at both ends of a piece. */
  random: Random;
  /** Paths. Default 10,000. */
  count?: number | undefined;
  /** Length of a path's piece. Default 1e-4. */
  epsilon?: number | undefined;
  /** Where on a path a piece begins: anywhere, or at the path's first point only. Default `full`. */
  sampling?: "full" | "end" | undefined;
  /** Paths at once. Default 16. */
  batchSize?: number | undefined;
  /** Hears how many paths are done. */
  onProgress?: ((done: number, count: number) => void) | undefined;
}

/** Larger pictures are averaged down to about this side, as StyleGAN's measure does for VGG16. */
const usualSide = 256;

/**
 * Perceptual path length (Karras et al. 2018, section 4.1): E d(G(path(t)), G(path(t + ε)))/ε² on paths between
 * random points, without the lowest and highest percent. d is LPIPS, or another network's distance; lengths by
 * different networks, spaces or ε are not comparable. Smooth latent spaces have short paths.
 *
 * Great circles are those of the sphere of radius √size, where normal latents lie.
 *
 * @throws ConfigError when count or ε make no sense, ShapeError for pictures of other than 1 or 3 channels.
 */
export async function computePerceptualPathLength(
  network: PerceptualNetwork,
  options: PathLengthOptions,
): Promise<MeanAndDeviation> {
  const { space, random, count = 10_000, epsilon = 1e-4, sampling = "full", batchSize = 16 } = options;
  if (!(Number.isInteger(count) && count >= 1 && epsilon > 0 && epsilon < 1)) {
    throw new ConfigError(
      "core",
      `count must be a whole number from 1 and epsilon within 0 to 1, got ${count}, ${epsilon}.`,
    );
  }
  const interpolate = space.interpolation === "spherical" ? interpolateOnSphere : interpolateStraight;
  const points = createInferenceContext(random.fork("points"));
  const places = random.fork("places");
  const lengths: number[] = [];
  while (lengths.length < count) {
    const size = Math.min(batchSize, count - lengths.length);
    const [from, to] = [await drawPoints(space, size, points), await drawPoints(space, size, points)];
    const pieces = [0, epsilon].map(() => new Float32Array(from.length)) as [Float32Array, Float32Array];
    const width = from.length / size;
    for (let row = 0; row < size; row++) {
      const [start, end] = [from, to].map((values) => values.subarray(row * width, (row + 1) * width)) as [
        Float32Array,
        Float32Array,
      ];
      const t = sampling === "full" ? places.uniform() : 0;
      pieces[0].set(interpolate(start, end, t), row * width);
      pieces[1].set(interpolate(start, end, t + epsilon), row * width);
    }
    const distances = tidy(() => {
      const images = generateBoth(space, pieces, size, random.fork(`noise-${lengths.length}`));
      const [, ...shape] = images.shape as [number, number, number, number];
      const half = (first: number) => slice(images, [first, 0, 0, 0], [size, ...shape]);
      return computePerceptualDistance(network, half(0), half(size));
    });
    for (const distance of await distances.data()) lengths.push(distance / epsilon ** 2);
    distances.dispose();
    options.onProgress?.(lengths.length, count);
  }
  return computeMeanAndDeviation(trim(lengths));
}

async function drawPoints(
  space: LatentSpace,
  count: number,
  ctx: Parameters<LatentSpace["draw"]>[1],
): Promise<Float32Array> {
  const drawn = space.draw(count, ctx);
  const values = await drawn.data<"float32">();
  drawn.dispose();
  return values;
}

/** The pictures at both ends of each piece, [2 · size, height, width, channels], with the same noise at both. */
function generateBoth(
  space: LatentSpace,
  [starts, ends]: readonly [Float32Array, Float32Array],
  size: number,
  noise: Random,
): Tensor4D {
  const values = new Float32Array(2 * starts.length);
  values.set(starts);
  values.set(ends, starts.length);
  const rows = Array.from({ length: 2 * size }, (_, row) => noise.fork(String(row % size)));
  const points: Tensor2D = tensor2d(values, [2 * size, starts.length / size]);
  const images = space.generate(points, createRowContext(rows, noise.fork("shared")));
  const factor = Math.floor(images.shape[1] / usualSide);
  return factor > 1 ? avgPool(images, factor, factor, "valid") : images;
}

/** What lies from the 1st to the 99th percentile (their lower and higher neighbours), both included. */
function trim(lengths: readonly number[]): number[] {
  const sorted = [...lengths].sort((a, b) => a - b);
  const low = sorted[Math.floor(0.01 * (sorted.length - 1))] as number;
  const high = sorted[Math.ceil(0.99 * (sorted.length - 1))] as number;
  return sorted.filter((length) => length >= low && length <= high);
}

function interpolateStraight(from: Float32Array, to: Float32Array, t: number): Float32Array {
  return from.map((value, index) => value + ((to[index] as number) - value) * t);
}

/** The point at share `t` of the angle between the directions of `from` and `to`, √size from the centre. */
function interpolateOnSphere(from: Float32Array, to: Float32Array, t: number): Float32Array {
  const [a, b] = [normalize(from), normalize(to)];
  const cosine = a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
  const angle = t * Math.acos(Math.min(1, Math.max(-1, cosine)));
  const across = normalize(b.map((value, index) => value - cosine * (a[index] as number)));
  const radius = Math.sqrt(from.length);
  const [along, aside] = [radius * Math.cos(angle), radius * Math.sin(angle)];
  return Float32Array.from(a, (value, index) => value * along + (across[index] as number) * aside);
}

function normalize(vector: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(vector);
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm > 0 ? values.map((value) => value / norm) : values;
}
