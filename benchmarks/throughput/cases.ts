import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseCganConfig } from "@gan/cgan";
import { parseCycleGanConfig } from "@gan/cyclegan";
import { parseDcganConfig } from "@gan/dcgan";
import { parsePix2PixConfig } from "@gan/pix2pix";
import { parseProganConfig } from "@gan/progan";
import { parseStyleganLiteConfig, suggestR1 } from "@gan/stylegan-lite";

/** The variants, with what completes a configuration. */
const parsers = {
  dcgan: parseDcganConfig,
  cgan: parseCganConfig,
  pix2pix: parsePix2PixConfig,
  cyclegan: parseCycleGanConfig,
  progan: parseProganConfig,
  "stylegan-lite": parseStyleganLiteConfig,
} as const;

/** A variant's name. */
export type GanName = keyof typeof parsers;

/** A training step to be timed. */
export interface ThroughputCase {
  name: string;
  gan: GanName;
  /** What is special about it, for a table. */
  about: string;
  /** The variant's whole configuration. */
  model: { imageSize: number };
  /** Pictures in a step. */
  batch: number;
  /** Steps in which every lazy phase falls due as often as it should; times are those of one step. */
  cycle: number;
  /** Of a growing variant: 0 for 4×4. Default: the last. */
  level?: number;
  /** How far that level has faded in. Default: it stays. */
  fade?: number;
  /** Whether only a few steps are timed, with PyTorch at two threads. */
  isLong?: boolean;
  /** Whether nothing is compared with. */
  isAlone?: boolean;
}

const require = createRequire(import.meta.url);

/** The section `model` of a variant's preset. */
export function readPreset(gan: GanName, preset: string) {
  const folder = dirname(require.resolve(`@gan/${gan}/package.json`));
  return JSON.parse(readFileSync(join(folder, "configs", `${preset}.json`), "utf8")) as {
    model: Record<string, unknown> & { imageSize: number };
    data: Record<string, unknown> & { name?: string };
    training: { batchSize?: number; totalImages: number };
  };
}

/** A case from options of a variant. */
function describe(
  name: string,
  gan: GanName,
  about: string,
  options: object,
  batch: number,
  more: Partial<ThroughputCase> = {},
): ThroughputCase {
  const parse = parsers[gan] as (options: object) => { imageSize: number };
  return { name, gan, about, model: parse(options), batch, cycle: 1, ...more };
}

/** A case from a shipped preset. */
function ofPreset(gan: GanName, preset: string, more: Partial<ThroughputCase> & { options?: object } = {}) {
  const { options, ...rest } = more;
  const { model, training } = readPreset(gan, preset);
  const batch = training.batchSize ?? 1;
  return describe(`${gan}-${preset}`, gan, "preset", { ...model, ...options }, batch, rest);
}

const digits = { classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] };
const growing = readPreset("progan", "avatars-64").model;
const styled = readPreset("stylegan-lite", "avatars-64").model;
const sides = [4, 8, 16, 32, 64, 128, 256];

/** Everything that is timed, by the name that `--only` takes. */
export const cases: readonly ThroughputCase[] = [
  ofPreset("dcgan", "mnist-32"),
  ofPreset("cgan", "mnist-32", { options: digits }),
  ofPreset("pix2pix", "openmoji-64"),
  ofPreset("cyclegan", "noto-twemoji-64"),
  ofPreset("progan", "avatars-32", { about: "preset, 32×32 stays", batch: 16 }),
  ofPreset("progan", "avatars-32", {
    name: "progan-avatars-32-fading",
    about: "preset, 32×32 fades in",
    batch: 16,
    fade: 0.5,
  }),
  ofPreset("stylegan-lite", "avatars-32", { about: "preset, lazy phases included", cycle: 16 }),
  ofPreset("stylegan-lite", "avatars-64", { about: "preset, lazy phases included", cycle: 16 }),
  describe("pix2pix-64-paper", "pix2pix", "the paper's width", { imageSize: 64 }, 1),
  describe("pix2pix-256-paper", "pix2pix", "the paper's width", { imageSize: 256 }, 1, { isLong: true }),
  describe("cyclegan-64-paper", "cyclegan", "the paper's width", { imageSize: 64 }, 1, { isLong: true }),
  describe("cyclegan-128-paper", "cyclegan", "the paper's width", { imageSize: 128 }, 1, { isLong: true }),
  describe("progan-32-paper", "progan", "the paper's width, 32×32 stays", { imageSize: 32 }, 16, {
    isLong: true,
  }),
  describe(
    "stylegan-lite-32-paper",
    "stylegan-lite",
    "the paper's width, two steps, the first with its lazy phases",
    { imageSize: 32, stabilisers: { r1: suggestR1(32, 8) } },
    8,
    { cycle: 2, isLong: true },
  ),
  ...sides.map((side, level) =>
    describe(
      `progan-side-${side}`,
      "progan",
      `width of avatars-64, ${side}×${side} of 256×256 stays`,
      { ...growing, imageSize: 256 },
      side < 16 ? 64 : side < 32 ? 32 : 16,
      { level, isAlone: true },
    ),
  ),
  ...sides
    .slice(1)
    .map((side) =>
      describe(
        `stylegan-lite-side-${side}`,
        "stylegan-lite",
        "width of avatars-64, lazy phases included",
        { ...styled, imageSize: side, stabilisers: { r1: suggestR1(side, 16) } },
        16,
        { cycle: 16, isAlone: true, isLong: side > 64 },
      ),
    ),
];
