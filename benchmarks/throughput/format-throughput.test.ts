import { expect, it } from "vitest";
import { formatThroughput } from "./format-throughput.js";
import type { ThroughputRow } from "./rows.js";

const row: ThroughputRow = {
  case: "toy-8",
  gan: "toy",
  about: "preset",
  side: 8,
  batch: 4,
  oursMs: 12.34,
  imagesPerSecond: 324.1,
  secondsPerKimg: 3.094,
  oursPeakMb: 99.6,
  gigaflop: 0.512,
  gflops: 41.5,
  sgemmGflops: 100,
  sgemmShare: 0.415,
  compileMs: 1530,
  peer: "torch",
  peerVersion: "2.15",
  peerThreads: 2,
  peerSetting: "compile",
  peerCompileTried: true,
  peerMs: 123.4,
  ratio: 10,
  ratioQuartiles: [9.5, 10.25],
  peerPeakMb: null,
  processor: "2 × toy",
};

it("shows what was compared, then what was not", () => {
  const { peer: _, ...alone } = row;
  const text = formatThroughput([alone, row]);
  expect(text.split("\n").filter((line) => line.includes("8×8"))).toEqual([
    "| toy, 8×8, preset | 4 | 12.3 | 123 (2, compile) | 10.00 (9.50 to 10.25) | 0.51, 42 % | 100 / – |",
    "| 8×8 | 4 | 324 | 3.09 | 1.53 | 100 |",
  ]);
});

it("names another peer than PyTorch, which has no settings", () => {
  const text = formatThroughput([{ ...row, peer: "tfjs-node", peerSetting: "eager" }]);
  expect(text.split("\n")[0]).toContain("| tfjs-node, ms (threads) | tfjs-node / ours (quartiles) |");
  expect(text.split("\n")[2]).toContain("| 123 (2) | 10.00 (9.50 to 10.25) |");
});
