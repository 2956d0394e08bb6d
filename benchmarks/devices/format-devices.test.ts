import { expect, it } from "vitest";
import { compareLosses } from "./compare-losses.js";
import { formatDevices, predictRow } from "./format-devices.js";
import type { DeviceReport, DeviceRow } from "./rows.js";

const row: DeviceRow = {
  ...{
    gan: "dcgan",
    case: "dcgan-mnist-32",
    provider: "webgpu",
    batch: 32,
    stepMs: 20,
    imagesPerSecond: 1600,
  },
  ...{ nodes: 700, gigaflop: 1, bytes: { products: 1e6, others: 1e9 }, lossDifference: [1e-6, 2e-2] },
};
const report: DeviceReport = {
  format: 1,
  machine: {
    ...{
      processor: "Some processor",
      cores: 16,
      memoryGB: 1,
      card: "Some card",
      driver: "1.2",
      platform: "linux x64",
    },
    ...{ node: "v20.1.0", onnxruntime: "1.30.0", tfjs: "4.22.0", commit: "abc", startedAt: "" },
  },
  peaks: { webgpu: { gflops: 1000, gigabytesPerSecond: 1000, nodeMicros: 10 } },
  rows: [row, { gan: "dcgan", case: "dcgan-mnist-32", provider: "cuda", problem: "no card" }],
};

it("sets the model's prediction from the machine's own peaks beside what was measured", () => {
  expect(predictRow(row, report)).toBeCloseTo(1 + 1 + 7);
  expect(predictRow({ ...row, provider: "cuda" }, report)).toBeUndefined();
  const text = formatDevices(report);
  expect(text).toContain("| dcgan-mnist-32 | 32 | WebGPU | 20.0 | 1600 | 700 | 9.0 | – | 1e-6, 2e-2 |");
  expect(text).toContain("| CUDA | no card |");
  expect(text).toContain("Some card, driver 1.2; 16 cores");
});

it("compares losses as parts of their size", () => {
  expect(compareLosses([[2, 0.5], [4]], [[2.2, 0.5], [3]])).toEqual([expect.closeTo(0.1), 0.25]);
  expect(compareLosses([[1]], [[]])[0]).toBeNaN();
});
