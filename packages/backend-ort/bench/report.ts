import type { OwnReport, Row } from "./measure-size.js";

const fixed = (value: number | null | undefined, digits: number) =>
  value === null || value === undefined || Number.isNaN(value) ? "–" : value.toFixed(digits);

/** A Markdown table with columns as wide as their widest cell. */
function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] ?? title).length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** The comparisons, one a line. */
export function formatRows(rows: readonly Row[]): string {
  const header = [
    "size",
    "ours ms",
    "peer",
    "version",
    "threads",
    "setting",
    "peer ms",
    "ratio",
    "quartiles",
    "memory MB, ours / peer",
  ];
  return formatTable(
    header,
    rows.map((row) => [
      row.size,
      fixed(row.oursMs, 1),
      row.peer,
      row.peerVersion,
      String(row.peerThreads),
      row.setting,
      fixed(row.peerMs, 1),
      fixed(row.ratio, 2),
      row.ratioQuartiles.map((value) => fixed(value, 2)).join(" to "),
      `${fixed(row.ourPeakMemoryMB, 0)} / ${fixed(row.peerPeakMemoryMB, 0)}`,
    ]),
  );
}

/** What our step reaches of the machine, and what it costs beside ONNX Runtime. */
export function formatOwn(reports: readonly OwnReport[]): string {
  const header = [
    "size",
    "ours ms",
    "GFLOP a step: needed / executed",
    "GFLOP/s",
    "SGEMM-2048: ONNX Runtime / numpy",
    "share of the larger",
    "outside of ONNX Runtime",
    "compile s",
    "peak memory MB",
  ];
  return formatTable(
    header,
    reports.map((own) => [
      own.size,
      fixed(own.oursMs, 1),
      `${fixed(own.neededGigaflop, 2)} / ${fixed(own.executedGigaflop, 2)}`,
      fixed(own.gigaflops, 0),
      `${fixed(own.sgemm.onnxRuntime, 0)} / ${fixed(own.sgemm.numpy, 0)}`,
      `${fixed(own.peakShare * 100, 0)} %`,
      `${fixed(own.overhead * 100, 1)} %`,
      fixed(own.compileMs / 1e3, 2),
      fixed(own.peakMemoryMB, 0),
    ]),
  );
}
