import { expect, it } from "vitest";
import { formatQuality } from "./format-quality.js";
import type { QualityRow } from "./rows.js";

const row = (framework: string, seed: number, fid: number, recall: number): QualityRow => ({
  case: "toy",
  framework,
  seed,
  images: 3000,
  version: "1",
  extractor: "toy",
  figures: { fid, recall, unknown: 1 },
  seconds: 1,
});

it("shows medians with their range, and where ours are worse than all of the peer's", () => {
  const ours = [row("ours", 1, 5, 0.5), row("ours", 2, 7, 0.9), row("ours", 3, 6, 0.4)];
  const text = formatQuality([...ours, row("torch", 1, 4, 0.45), row("torch", 2, 5.5, 0.55)]);
  expect(text.split("\n")).toEqual([
    "| toy, 3,000 images | seeds | FID | recall |",
    "| --- | --- | --- | --- |",
    "| ours | 3 | 6.00 (5.00 to 7.00) | 0.500 (0.400 to 0.900) |",
    "| PyTorch | 2 | 4.75 (4.00 to 5.50) | 0.500 (0.450 to 0.550) |",
    "",
    "Our median is worse than all of PyTorch's seeds in: FID.",
  ]);
});

it("says when none is worse, and nothing without a peer", () => {
  expect(formatQuality([row("ours", 1, 5, 0.5), row("torch", 1, 6, 0.4)])).toContain("No median of ours");
  expect(formatQuality([row("ours", 1, 5, 0.5)])).not.toContain("median");
});

it("says of how many seeds a figure is that was not measured of all", () => {
  const some: QualityRow = { ...row("torch", 2, 6, 0), figures: { fid: 6 } };
  const text = formatQuality([row("ours", 1, 7, 0.4), row("torch", 1, 8, 0.5), some]);
  expect(text).toContain("| PyTorch | 2 | 7.00 (6.00 to 8.00) | 0.500 (0.500 to 0.500, of 1) |");
});
