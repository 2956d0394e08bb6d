/**
 * Writes the tables of README.md from the measurements in bench/results.
 *
 *     pnpm --filter @gan/backend-ort readme
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatTable, renderSections } from "../../../tools/readme-sections.js";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const read = <T>(name: string): T => JSON.parse(readFileSync(path(`results/${name}.json`), "utf8")) as T;

interface StepRow {
  readonly size: string;
  readonly oursMs: number;
  readonly peer: string;
  readonly peerVersion: string;
  readonly peerThreads: number;
  readonly setting: string;
  readonly peerMs: number;
  readonly ratio: number;
  readonly ratioQuartiles: readonly number[];
  readonly ourPeakMemoryMB: number | null;
  readonly peerPeakMemoryMB: number | null;
  readonly neededGigaflop: number;
  readonly ourGflops: number;
  readonly sgemmPeak: { readonly onnxRuntime: number | null; readonly numpy: number | null };
  readonly peakShare: number;
  readonly overhead: number;
  readonly compileMs: number;
}

interface PassRow {
  readonly size: string;
  readonly pass: string;
  readonly does: string;
  readonly allMs: number;
  readonly withoutMs: number;
  readonly gain: number;
  readonly allNodes: number;
  readonly withoutNodes: number;
}

const number = (value: number | null, digits = 0): string => (value === null ? "–" : value.toFixed(digits));
const milliseconds = (value: number): string => value.toFixed(value < 100 ? 1 : 0);

function stepTables(): string {
  const rows = read<StepRow[]>("step");
  const compared = formatTable(
    [
      "size, batch, features",
      "ours, ms",
      "peer",
      "its threads and setting",
      "its ms",
      "peer / ours (quartiles)",
      "peak memory MB, ours / peer",
    ],
    rows.map((row) => [
      row.size,
      milliseconds(row.oursMs),
      `${row.peer} ${row.peerVersion}`,
      `${row.peerThreads}, ${row.setting}`,
      milliseconds(row.peerMs),
      `${row.ratio.toFixed(2)} (${row.ratioQuartiles.map((value) => value.toFixed(2)).join(" to ")})`,
      `${number(row.ourPeakMemoryMB)} / ${number(row.peerPeakMemoryMB)}`,
    ]),
  );
  const own = [...new Map(rows.map((row) => [row.size, row])).values()];
  const machine = formatTable(
    [
      "size, batch, features",
      "GFLOP a step",
      "GFLOP/s",
      "SGEMM-2048, GFLOP/s: ONNX Runtime, numpy",
      "share of the larger",
      "time outside of ONNX Runtime",
      "compile, s",
    ],
    own.map((row) => [
      row.size,
      row.neededGigaflop.toFixed(2),
      number(row.ourGflops),
      `${number(row.sgemmPeak.onnxRuntime)}, ${number(row.sgemmPeak.numpy)}`,
      `${(row.peakShare * 100).toFixed(0)} %`,
      `${(row.overhead * 100).toFixed(1)} %`,
      (row.compileMs / 1e3).toFixed(2),
    ]),
  );
  return `${compared}\n\n${machine}`;
}

function passTable(): string {
  return formatTable(
    ["pass", "what it does", "step with all, ms", "without it, ms", "gain", "nodes with all / without"],
    read<PassRow[]>("passes").map((row) => [
      row.pass,
      row.does,
      milliseconds(row.allMs),
      milliseconds(row.withoutMs),
      `${row.gain.toFixed(2)} ×`,
      `${row.allNodes} / ${row.withoutNodes}`,
    ]),
  );
}

/** README.md with its tables made anew. */
export const renderReadme = (text: string): string =>
  renderSections(text, "bench/results", { step: stepTables(), passes: passTable() });

export const readmePath = path("../README.md");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(readmePath, renderReadme(readFileSync(readmePath, "utf8")));
}
