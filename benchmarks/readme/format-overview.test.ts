import { expect, it } from "vitest";
import { toyReport, toyRow } from "../suite/reports.test-helper.js";
import { formatOverview } from "./format-overview.js";

const quality = (framework: string, fid: number) => ({
  ...{ case: "toy-train", framework, seed: 1, images: 3000, version: "1", extractor: "net", seconds: 1 },
  figures: { fid },
});

it("shows both frameworks of what was measured, and says what was not", () => {
  const throughput = {
    ...{ case: "toy-step", gan: "toy", about: "", side: 8, batch: 4, oursMs: 4, imagesPerSecond: 1000 },
    ...{ secondsPerKimg: 1, oursPeakMb: 90, gigaflop: 1, gflops: 25, sgemmGflops: 100, sgemmShare: 0.25 },
    ...{ compileMs: 1, ratio: 1.5, ratioQuartiles: [1.4, 1.6] as const, peerPeakMb: 100, processor: "" },
  };
  const text = formatOverview(
    [
      { name: "toy", step: "toy-step", training: "toy-train" },
      { name: "new", step: "new-step", training: "new-train" },
    ],
    {
      throughput: [throughput],
      quality: [quality("ours", 5), quality("ours", 7), quality("torch", 4)],
      report: toyReport([toyRow()]),
    },
  );
  expect(text.split("\n").slice(2)).toEqual([
    "| toy-step | 1,000 | 1 | 1.50 (1.40 to 1.60) | 90 / 100 | 6 / 4 (FID, net, 3,000 images) | arithmetic; 25 % of SGEMM |",
    "| new-step | – | – | not measured yet | – / – | not measured yet | – |",
  ]);
});
