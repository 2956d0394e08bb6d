import { slice, type Tensor2D, type Tensor4D, tensor2d } from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import type { Random } from "../random/index.js";
import { computeMeanAndDeviation, type MeanAndDeviation } from "./mean-and-deviation.js";
import { computePerceptualDistance } from "./perceptual-distance.js";
import type { PerceptualNetwork } from "./perceptual-network.js";

/** Options of {@link computePerceptualPathLength}. */
export interface PathLengthOptions {
  /** Values in a latent. */
  latentSize: number;
  /** Pictures of latents [count, latentSize], the same noise for all: [count, height, width, channels] in [-1, 1], freed here. */
  generate(latents: Tensor2D): Tensor4D;
  random: Random;
  /** Paths. Default 10,000. */
  count?: number | undefined;
  /** Length of a path's piece. Default 1e-4. */
  epsilon?: number | undefined;
  /** Along the sphere for normalised or normal latents, straight for those of a mapping network. Default `spherical`. */
  interpolation?: "spherical" | "linear" | undefined;
  /** Where on a path a piece begins: anywhere, or at its end only. Default `full`. */
  sampling?: "full" | "end" | undefined;
  /** Paths at once. Default 16. */
  batchSize?: number | undefined;
}

/**
 * Perceptual path length (Karras et al. 2018): E LPIPS(G(path(t)), G(path(t + ε)))/ε² on paths between
 * random normal latents, without the lowest and highest percent. Smooth latent spaces have short paths.
 */
export async function computePerceptualPathLength(
  network: PerceptualNetwork,
  options: PathLengthOptions,
): Promise<MeanAndDeviation> {
  const { latentSize, generate, random, count = 10_000, epsilon = 1e-4, batchSize = 16 } = options;
  const { interpolation = "spherical", sampling = "full" } = options;
  if (!(count >= 1 && epsilon > 0 && epsilon < 1)) {
    throw new ConfigError(
      "core",
      `count must be at least 1 and epsilon within 0 to 1, got ${count}, ${epsilon}.`,
    );
  }
  const interpolate = interpolation === "spherical" ? interpolateOnSphere : interpolateStraight;
  const lengths: number[] = [];
  while (lengths.length < count) {
    const size = Math.min(batchSize, count - lengths.length);
    const ends = new Float32Array(2 * size * latentSize);
    for (let row = 0; row < size; row++) {
      const [from, to] = [random.normals(latentSize), random.normals(latentSize)];
      const t = sampling === "full" ? random.uniform() : 0;
      ends.set(interpolate(from, to, t), row * latentSize);
      ends.set(interpolate(from, to, t + epsilon), (size + row) * latentSize);
    }
    const latents = tensor2d(ends, [2 * size, latentSize]);
    const images = generate(latents);
    const [one, other] = [slice(images, 0, size), slice(images, size, size)];
    const distances = computePerceptualDistance(network, one, other);
    for (const distance of await distances.data()) lengths.push(distance / epsilon ** 2);
    for (const tensor of [latents, images, one, other, distances]) tensor.dispose();
  }
  return computeMeanAndDeviation(trim(lengths));
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

/** The unit vector at share `t` of the angle between the directions of `from` and `to`. */
function interpolateOnSphere(from: Float32Array, to: Float32Array, t: number): Float32Array {
  const [a, b] = [normalize(from), normalize(to)];
  const cosine = a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
  const angle = t * Math.acos(Math.min(1, Math.max(-1, cosine)));
  const across = normalize(b.map((value, index) => value - cosine * (a[index] as number)));
  const point = a.map(
    (value, index) => value * Math.cos(angle) + (across[index] as number) * Math.sin(angle),
  );
  return Float32Array.from(normalize(point));
}

function normalize(vector: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(vector);
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm > 0 ? values.map((value) => value / norm) : values;
}
