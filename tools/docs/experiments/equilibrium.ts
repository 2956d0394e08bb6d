import { type Random, train } from "@gan/core";
import { createPointGan, pointSource } from "./point-gan.js";

/** Two heaps on a line. */
const heaps = [
  { share: 0.6, mean: -0.4, deviation: 0.15 },
  { share: 0.4, mean: 0.45, deviation: 0.2 },
] as const;

const normalDensity = (x: number, mean: number, deviation: number) =>
  Math.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));

/** The density of the real points. */
export const realDensity = (x: number) =>
  heaps.reduce((sum, { share, mean, deviation }) => sum + share * normalDensity(x, mean, deviation), 0);

function drawHeaps(random: Random, count: number): Float32Array {
  const which = random.uniforms(count);
  return random.normals(count).map((value, index) => {
    const { mean, deviation } = (which[index] as number) < heaps[0].share ? heaps[0] : heaps[1];
    return mean + deviation * value;
  });
}

/** A density from points, each a narrow normal. */
export function smoothDensity(points: Float32Array, width: number): (x: number) => number {
  return (x) => points.reduce((sum, point) => sum + normalDensity(x, point, width), 0) / points.length;
}

/** One moment of the game. */
export interface GameMoment {
  imagesSeen: number;
  x: number[];
  real: number[];
  generated: number[];
  /** The discriminator's probability that x is real. */
  judged: number[];
  /** What the best discriminator would say: p_data / (p_data + p_g). */
  best: number[];
}

/** Trains a GAN of numbers and keeps what both players do at some moments. */
export async function playOnALine(places: readonly number[], seed = 1): Promise<GameMoment[]> {
  const batchSize = 256;
  const gan = createPointGan({
    dimensions: 1,
    stabilisers: { r1: 0.001, discriminatorSteps: 2 },
    latentSize: 8,
    hidden: 64,
    generatorRate: 2e-4,
    discriminatorRate: 1e-3,
    seed,
  });
  const x = Array.from({ length: 161 }, (_, index) => -1.2 + (2.4 * index) / 160);
  const moments: GameMoment[] = [];
  const keep = async (imagesSeen: number) => {
    const points = await gan.points(4096, "last");
    const density = smoothDensity(points, 0.03);
    const generated = x.map(density);
    const real = x.map(realDensity);
    const judged = [...(await gan.judge(Float32Array.from(x)))];
    const best = real.map((value, index) => value / (value + (generated[index] as number) + 1e-9));
    moments.push({ imagesSeen, x, real, generated, judged, best });
  };
  const data = pointSource(drawHeaps, { dimensions: 1, batchSize, seed });
  const totalImages = places.at(-1) as number;
  for await (const event of train({ variant: gan, data, totalImages, seed, healthEveryImages: 0 })) {
    if (event.type === "step" && places.includes(event.imagesSeen)) await keep(event.imagesSeen);
  }
  for (const network of [...Object.values(gan.networks), gan.averages.generator?.module]) network?.dispose();
  return moments;
}
