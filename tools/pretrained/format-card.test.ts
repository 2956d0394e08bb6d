import { expect, it } from "vitest";
import { type CardContent, computeProgress, formatCard } from "./format-card.js";
import { flatten } from "./measure-weights.js";
import type { Figure } from "./recipes.js";

const fid: Figure = { path: "fid", title: "FID", isLessBetter: true };
const coverage: Figure = { path: "coverage", title: "coverage", isLessBetter: false };
const report = {
  shipped: { fid: 3, coverage: 0.9 },
  last: { fid: 4, coverage: 0.8 },
  untrained: { fid: 101, coverage: 0 },
  floor: { fid: 1, coverage: 1 },
  extractor: "mnist-classifier",
  counts: { real: 10_000, generated: 10_000 },
};
const row = (framework: string, seed: number, images: number, value: number) => ({
  case: "toy",
  framework,
  seed,
  images,
  version: "1",
  extractor: "mnist-classifier",
  figures: { fid: value },
  seconds: 1,
});
const content: CardContent = {
  recipe: {
    package: "dcgan",
    preset: "mnist-32",
    settings: { "training.totalImages": 96_000 },
    evaluate: [],
    figures: [fid, coverage],
    timeline: { columns: 8, every: 1, shown: 8 },
  },
  run: {
    config: {
      model: { imageSize: 32 },
      data: { name: "mnist" },
      training: { totalImages: 96_000, seed: 7, batchSize: 32 },
    },
    images: 96_000,
    chosen: { images: 48_000, score: { name: "fid", value: 2.5 } },
    hours: 0.5,
    machine: "a processor",
    log: [],
  },
  report,
  sizes: { "generator.safetensors": 820_000 },
  quality: [
    row("ours", 1, 3000, 9),
    row("ours", 2, 3000, 7),
    row("ours", 3, 3000, 8),
    row("torch", 1, 3000, 6),
  ],
  notes: "## Data\n\nDigits.\n\n## What it does badly\n\nMuch.\n\n## Intended use\n\nTests.\n",
};

it("tells the figures of the shipped and the last weights between the untrained networks and the floor", () => {
  const card = formatCard(content);
  expect(card).toContain("| FID (less is better) | 3 | 4 | 101 | 1 |");
  expect(card).toContain("| coverage (more is better) | 0.9 | 0.8 | 0 | 1 |");
  expect(card).toContain("In FID it came 98.0 % of the way");
  expect(card).toContain("after 48,000 of 96,000 images, had the best fid to training pictures (2.5)");
  expect(card).toContain("`generator.safetensors` 0.82 MB");
  expect(card).toMatch(/\(`toy` in benchmarks\S+\), after 3,000 images, medians over seeds/);
  expect(card).toContain("| this library | 8 |\n| PyTorch | 6 |");
  expect(card).toMatch(/## What it does badly\n\nMuch\.\n\n## Intended use/);
  expect(card).toContain("training.totalImages=96000");
});

it("says so where nothing was chosen or compared", () => {
  const run = { ...content.run, chosen: { images: 96_000, score: undefined } };
  const card = formatCard({ ...content, run, quality: [] });
  expect(card).toContain("The last checkpoint is shipped; none was chosen");
  expect(card).not.toContain("PyTorch");
});

it("takes medians of the seeds that have a figure, at the most images", () => {
  const [first, ...others] = [2, 9, 4].map((value, seed) => row("ours", seed, 3000, value));
  const withRecall = others.map((one, place) => ({
    ...one,
    figures: { ...one.figures, recall: 0.2 + place },
  }));
  const quality = [first, ...withRecall, row("torch", 1, 3000, 6), row("torch", 1, 2000, 1)];
  const card = formatCard({ ...content, quality: quality as CardContent["quality"] });
  expect(card).toContain(
    "|  | fid | recall |\n| --- | --- | --- |\n| this library | 4 | 0.2 |\n| PyTorch | 6 | – |",
  );
});

it("tells of a run that was interrupted", () => {
  const chosen = { images: 24_000, score: undefined };
  const card = formatCard({ ...content, run: { ...content.run, images: 24_000, chosen } });
  expect(card).toContain("| images | 24,000 of 96,000: interrupted |");
});

it("counts the way from the untrained network to the floor, whichever way is better", () => {
  expect(computeProgress(coverage, report)).toBeCloseTo(0.9, 12);
  expect(computeProgress(fid, { ...report, floor: {} })).toBeUndefined();
});

it("finds numbers by their path", () => {
  expect(flatten({ a2b: { translated: { l1: 0.5 }, name: "x" }, n: 2 })).toEqual({
    "a2b.translated.l1": 0.5,
    n: 2,
  });
});
