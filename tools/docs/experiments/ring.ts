import { type Random, train } from "@gan/core";
import type { z } from "zod";
import { createPointGan, type PointGan, pointSource } from "./point-gan.js";

/** Where the eight normals stand, and how wide they are. */
export const ring = { modes: 8, radius: 0.8, deviation: 0.02 };

/** The centre of a mode. */
export const centre = (mode: number): [number, number] => {
  const angle = (2 * Math.PI * mode) / ring.modes;
  return [ring.radius * Math.cos(angle), ring.radius * Math.sin(angle)];
};

/** Points of all modes alike: [count, 2]. */
export function drawRing(random: Random, count: number): Float32Array {
  const which = random.uniforms(count);
  const noise = random.normals(2 * count);
  return noise.map((value, index) => {
    const place = centre(Math.floor((which[index >> 1] as number) * ring.modes));
    return (place[index % 2] as number) + ring.deviation * value;
  });
}

/** How well points cover the ring. */
export interface Coverage {
  /** Modes that at least a hundredth of the points lie on. */
  modes: number;
  /** Share of the points that lie on a mode: within four deviations of its centre. */
  onModes: number;
}

/** Counts the modes that points [count, 2] lie on. */
export function measureCoverage(points: Float32Array): Coverage {
  const count = points.length / 2;
  const hits = new Array<number>(ring.modes).fill(0);
  for (let index = 0; index < count; index++) {
    const [x, y] = [points[2 * index] as number, points[2 * index + 1] as number];
    for (let mode = 0; mode < ring.modes; mode++) {
      const [cx, cy] = centre(mode);
      if (Math.hypot(x - cx, y - cy) <= 4 * ring.deviation) (hits[mode] as number)++;
    }
  }
  const onModes = hits.reduce((sum, hit) => sum + hit, 0) / count;
  return { modes: hits.filter((hit) => hit >= count / 100).length, onModes };
}

/** A way to train that is tried on the ring. */
export interface RingCase {
  name: string;
  /** What it is, for a reader. */
  label: string;
  stabilisers: NonNullable<Parameters<typeof createPointGan>[0]["stabilisers"]>;
}

const gradientPenalty = { loss: "wasserstein", gradientPenalty: 1, discriminatorSteps: 5 } as const;

/** Nothing, and its cures. */
export const ringCases: readonly RingCase[] = [
  { name: "plain", label: "non-saturating, nothing else", stabilisers: {} },
  { name: "r1", label: "R1, γ = 0.1", stabilisers: { r1: 0.1 } },
  { name: "wgan-gp", label: "Wasserstein, gradient penalty", stabilisers: gradientPenalty },
  {
    name: "spectral",
    label: "hinge, spectral norm",
    stabilisers: { loss: "hinge", spectralNorm: "discriminator" },
  },
  { name: "unrolled", label: "unrolled, 5 steps", stabilisers: { unrolledSteps: 5, unrolledStepSize: 0.1 } },
  {
    name: "minibatch",
    label: "minibatch discrimination, 4 features",
    stabilisers: { minibatchDiscrimination: 4 },
  },
];

/** What a curve of a run holds. */
export interface RingStep {
  imagesSeen: number;
  discriminator: number;
  generator: number;
  realProbability: number | undefined;
  fakeProbability: number | undefined;
}

/** A run on the ring. */
export interface RingRun {
  /** Points of the generator after so many images: [count, 2]. */
  snapshots: { imagesSeen: number; points: ArrayLike<number> }[];
  steps: RingStep[];
  last: Coverage;
  average: Coverage;
  /** What the trainer warned of, by code. */
  warnings: string[];
}

export const ringSettings = { batchSize: 128, totalImages: 640_000, latentSize: 64, hidden: 128 };
/** Points seen at which a run is looked at. */
export const ringMoments = [0.01, 0.1, 0.25, 0.5, 1].map((share) => share * ringSettings.totalImages);

const sum = (losses: Record<string, number>, phase: string) =>
  Object.entries(losses)
    .filter(([name]) => name.startsWith(`${phase}.`))
    .reduce((total, [, value]) => total + value, 0);

/** Trains one case from one seed. */
export async function runRing(
  { stabilisers }: Pick<RingCase, "stabilisers">,
  seed: number,
): Promise<RingRun> {
  const { batchSize, totalImages, latentSize, hidden } = ringSettings;
  const gan: PointGan = createPointGan({
    dimensions: 2,
    stabilisers: stabilisers as z.input<never>,
    latentSize,
    hidden,
    generatorRate: 1e-3,
    discriminatorRate: 1e-3,
    seed,
  });
  const data = pointSource(drawRing, { dimensions: 2, batchSize, seed });
  const steps: RingStep[] = [];
  const snapshots: RingRun["snapshots"] = [];
  const warnings = new Set<string>();
  for await (const event of train({ variant: gan, data, totalImages, seed, healthEveryImages: 12_800 })) {
    if (event.type === "warning") warnings.add(event.code);
    if (event.type !== "step") continue;
    const { imagesSeen, losses, reports } = event;
    steps.push({
      imagesSeen,
      discriminator: sum(losses, "discriminator"),
      generator: sum(losses, "generator"),
      realProbability: reports.realProbability,
      fakeProbability: reports.fakeProbability,
    });
    if (ringMoments.includes(imagesSeen)) {
      snapshots.push({ imagesSeen, points: await gan.points(400, "last") });
    }
  }
  const last = measureCoverage(await gan.points(2500, "last"));
  const average = measureCoverage(await gan.points(2500, "average"));
  for (const network of [...Object.values(gan.networks), gan.averages.generator?.module]) network?.dispose();
  return { snapshots, steps, last, average, warnings: [...warnings] };
}
