import { describe, expect, it } from "vitest";
import type { BackendReport } from "./control.js";
import { formatReport } from "./report.js";

const quiet: BackendReport = {
  provider: { requested: "cpu", used: "cpu", adapter: undefined, notice: undefined },
  threads: 0,
  lowered: {},
  fallbacks: {},
  cacheHits: 0,
  cacheMisses: 0,
  graphs: [],
  freedGraphs: [],
  pooledBytes: 0,
  deviceBytes: 0,
  tensorBytes: 0,
};

describe("formatReport", () => {
  it("tells of a program that computed nothing", () => {
    expect(formatReport(quiet)).toBe(
      [
        "[backend-ort] cpu runs on this machine's processor.",
        "  threads: one for each physical core",
        "  no graph was compiled",
        "  eager graphs found compiled: 0; compiled: 0",
        "  kernels lowered: none",
        "  kernels on tfjs-backend-cpu: none",
        "  held: 0.0 MB in tensors, of which 0.0 MB on the device; 0.0 MB in free buffers",
        "",
      ].join("\n"),
    );
  });

  it("has one row for each graph, and the most frequent kernels first", () => {
    const text = formatReport({
      ...quiet,
      provider: {
        requested: "webgpu",
        used: "webgpu",
        adapter: { name: "Some GPU", kind: "hardware" },
        notice: undefined,
      },
      threads: 2,
      lowered: { Add: 2, Conv2D: 11 },
      fallbacks: { Unique: 1 },
      graphs: [
        {
          name: "step",
          kernels: 40,
          nodes: 55,
          compileMillis: 120.4,
          runs: 4,
          runMillis: 10,
          operations: 2.5e9,
          bytes: { products: 1e6, others: 2e6 },
          nodesOnCpu: { IsNaN: 2 },
        },
        {
          name: "never run",
          kernels: 1,
          nodes: 1,
          compileMillis: 1,
          runs: 0,
          runMillis: 0,
          operations: 0,
          bytes: { products: 0, others: 0 },
          nodesOnCpu: {},
        },
      ],
      freedGraphs: [{ name: "eager", graphs: 3, compileMillis: 9, runs: 6, runMillis: 3 }],
      tensorBytes: 2_500_000,
      deviceBytes: 1_200_000,
    });
    const lines = text.split("\n");
    expect(lines[0]).toBe("[backend-ort] webgpu runs on Some GPU (hardware).");
    expect(lines[1]).toBe("  threads: 2");
    expect(lines.slice(2, 6)).toEqual([
      "  graph            kernels  nodes  compile ms  runs  ms a run  GFLOP a run  nodes on the CPU instead",
      "  step                  40     55         120     4      2.50        2.500  IsNaN 2",
      "  never run              1      1           1     0         -        0.000  none",
      "  eager (3 freed)                           9     6      0.50",
    ]);
    expect(text).toContain("  kernels lowered: Conv2D 11, Add 2\n  kernels on tfjs-backend-cpu: Unique 1\n");
    expect(text).toContain("2.5 MB in tensors, of which 1.2 MB on the device");
  });

  it("repeats why another provider is used than was asked for", () => {
    const notice = "The provider cuda cannot start: it is missing. Install it. Using cpu instead.";
    const text = formatReport({ ...quiet, provider: { ...quiet.provider, requested: "cuda", notice } });
    expect(text).toContain(`[backend-ort] ${notice}\n  provider: cpu, where cuda was asked for\n`);
  });
});
