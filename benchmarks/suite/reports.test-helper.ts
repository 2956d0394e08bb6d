import type { BenchReport, BenchRow } from "./rows.js";

/** A row of which a test changes what it is about. */
export const toyRow = (more: Partial<BenchRow> = {}): BenchRow => ({
  variant: "toy",
  preset: "tiny-8",
  commit: "abc",
  measuredAt: "2026-01-01T00:00:00Z",
  backend: "ort",
  device: "cpu",
  batch: 4,
  side: 8,
  imagesPerSecond: 1000,
  imagesPerSecondQuartiles: [980, 1020],
  secPerKimg: 1,
  spread: 0.04,
  isDisturbed: false,
  compileSeconds: 0.2,
  peakMemoryMB: 100,
  parameters: 12_345,
  gflopPerStep: 0.5,
  peakShare: 0.25,
  predictedMs: 3,
  bound: "arithmetic",
  predictions: [2000, 3000, 4000, 5000],
  images: 1600,
  minutes: 0.5,
  fid: null,
  kid: 0.5,
  kidDeviation: 0,
  precision: null,
  recall: null,
  n: 1000,
  extractor: "toy-net",
  seed: 1,
  dataHash: "00",
  metricSeconds: 1,
  grid: "toy.png",
  curve: [
    { images: 0, minutes: 0, fid: null, kid: 2 },
    { images: 1600, minutes: 0.5, fid: null, kid: 0.5 },
  ],
  ...more,
});

/** A report of such rows. */
export const toyReport = (rows: BenchRow[], more: Partial<BenchReport> = {}): BenchReport => ({
  format: 1,
  isSmoke: true,
  conditions: {
    ...{ processor: "toy & co", cores: 2, memoryGB: 8, platform: "linux x64", threads: 2, node: "v20" },
    ...{ onnxruntime: "1", tfjs: "4", commit: "abc", isChanged: false, startedAt: "2026-01-01T00:00:00Z" },
    peaks: { gflops: 100, gigabytesPerSecond: 20, nodeMicros: 10 },
  },
  minutes: 9,
  rows,
  services: [{ name: "cold start of toy", value: 1.234, unit: "s", about: "median of 5" }],
  scaling: [1, 4, 16].map((batch) => ({
    ...{ variant: "toy", side: 8, batch, stepMs: batch, peakMemoryMB: 50 + batch },
    ...{ imagesPerSecond: 1000, predictedMs: 1 + batch / 2 },
  })),
  ...more,
});
