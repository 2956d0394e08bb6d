import type { GanName } from "../throughput/cases.js";

/** What both frameworks are trained on, for how long, and how their pictures are measured. */
export interface QualityCase {
  name: string;
  gan: GanName;
  preset: string;
  /** What differs from the preset, as the command's `--set` takes it. */
  settings: Readonly<Record<string, string | number>>;
  /** Unless `--images` says otherwise. */
  images: number;
  extractor: string;
  /** The set that generated pictures are compared with, of GANs that start from noise. */
  heldOut?: { name: string; count?: number };
  /** Pictures to generate. */
  count: number;
}

const avatars = { name: "avatars-test", count: 5000 };

/** By the name that `--case` takes. Growth is as short as the images, so that half of them are of the final size. */
export const qualityCases: readonly QualityCase[] = [
  {
    name: "cgan-mnist-32",
    gan: "cgan",
    preset: "mnist-32",
    settings: {},
    images: 30_000,
    extractor: "mnist-classifier",
    heldOut: { name: "mnist-test" },
    count: 10_000,
  },
  {
    name: "dcgan-mnist-32",
    gan: "dcgan",
    preset: "mnist-32",
    settings: {},
    images: 30_000,
    extractor: "mnist-classifier",
    heldOut: { name: "mnist-test" },
    count: 10_000,
  },
  {
    name: "pix2pix-openmoji-64",
    gan: "pix2pix",
    preset: "openmoji-64",
    settings: {},
    images: 3000,
    extractor: "efficientnet-lite0",
    count: 0,
  },
  {
    name: "cyclegan-noto-twemoji-64",
    gan: "cyclegan",
    preset: "noto-twemoji-64",
    settings: {},
    images: 3000,
    extractor: "efficientnet-lite0",
    count: 0,
  },
  {
    name: "progan-avatars-32",
    gan: "progan",
    preset: "avatars-32",
    settings: { "model.stableImages": 3000, "model.fadeImages": 3000 },
    images: 30_000,
    extractor: "efficientnet-lite0",
    heldOut: avatars,
    count: 5000,
  },
  {
    name: "stylegan-avatars-32",
    gan: "stylegan-lite",
    preset: "avatars-32",
    settings: {},
    images: 30_000,
    extractor: "efficientnet-lite0",
    heldOut: avatars,
    count: 5000,
  },
];
