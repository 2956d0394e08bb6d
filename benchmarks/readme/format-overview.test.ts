import { expect, it } from "vitest";
import { toyReport, toyRow } from "../suite/reports.test-helper.js";
import { formatOverview } from "./format-overview.js";

const quality = (framework: string, fid: number) => ({
  ...{ case: "toy-train", framework, seed: 1, images: 3000, version: "1", extractor: "net", seconds: 1 },
  figures: { fid },
});

const peer = {
  ...{ peer: "pytorch", version: "2", threads: 2, setting: "eager", imagesPerSecond: 666 },
  ...{ ratio: 1.5, ratioQuartiles: [1.4, 1.6] as const, peakMemoryMB: 120 },
};

it("shows both frameworks of what was measured, and says what was not", () => {
  const learned = { images: 1600, minutes: 1, fid: 4.5, kid: 1, kidDeviation: 0, precision: 1, recall: 1 };
  const rows = [
    toyRow({ peer }),
    toyRow({ variant: "timed" }),
    toyRow({ variant: "alone" }),
    toyRow({ variant: "one-seed", fid: 5.5, peer: { ...peer, training: learned } }),
  ];
  const throughput = {
    ...{ case: "timed-step", gan: "timed", about: "", side: 8, batch: 4, oursMs: 4, imagesPerSecond: 2000 },
    ...{ secondsPerKimg: 0.5, oursPeakMb: 90, gigaflop: 1, gflops: 25, sgemmGflops: 100, sgemmShare: 0.5 },
    ...{ compileMs: 1, ratio: 1.2, ratioQuartiles: [1.1, 1.3] as const, peerPeakMb: 110, processor: "" },
  };
  const text = formatOverview(
    [
      { name: "toy", step: "timed-step", training: "toy-train" },
      { name: "one-seed", step: "none", training: "none" },
      { name: "timed", step: "timed-step", training: "none" },
      { name: "alone", step: "none", training: "none" },
      { name: "new", step: "new-step", training: "new-train" },
    ],
    {
      throughput: [throughput],
      quality: [quality("ours", 5), quality("ours", 7), quality("torch", 4)],
      report: toyReport(rows),
    },
  );
  const speed = "1,000 | 1 | 1.50 (1.40 to 1.60) | 100 / 120";
  expect(text.split("\n").slice(2)).toEqual([
    `| toy, tiny-8 | ${speed} | 6 / 4 (FID, net, 3,000 images) | arithmetic; 25 % of SGEMM |`,
    `| one-seed, tiny-8 | ${speed} | 5.5 / 4.5 (FID, toy-net, 1,600 images) | arithmetic; 25 % of SGEMM |`,
    "| timed, tiny-8 | 2,000 | 0.5 | 1.20 (1.10 to 1.30) | 90 / 110 | not measured yet | arithmetic; 50 % of SGEMM |",
    "| alone, tiny-8 | 1,000 | 1 | not measured yet | 100 / – | not measured yet | arithmetic; 25 % of SGEMM |",
    "| new | – | – | not measured yet | – / – | not measured yet | – |",
  ]);
});
