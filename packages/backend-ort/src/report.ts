import type { BackendReport } from "./control.js";
import { explainProbe } from "./providers/provider.js";
import type { FreedGraphs, GraphReport } from "./statistics.js";

/** A report as lines of text, as `GAN_ORT_EXPLAIN=1` prints it when the process ends. */
export function formatReport(report: BackendReport): string {
  const { requested, used, adapter, notice } = report.provider;
  const lines = [
    `[backend-ort] ${notice ?? explainProbe(used, { usable: true, adapter })}`,
    ...(used === requested ? [] : [`  provider: ${used}, where ${requested} was asked for`]),
    `  threads: ${report.threads === 0 ? "one for each physical core" : report.threads}`,
    ...table([...graphRows(report.graphs), ...freedRows(report.freedGraphs)]),
    `  eager graphs found compiled: ${report.cacheHits}; compiled: ${report.cacheMisses}`,
    `  kernels lowered: ${counts(report.lowered)}`,
    `  kernels on tfjs-backend-cpu: ${counts(report.fallbacks)}`,
    `  held: ${megabytes(report.tensorBytes)} in tensors, of which ${megabytes(report.deviceBytes)} on the device; ${megabytes(report.pooledBytes)} in free buffers`,
  ];
  return `${lines.join("\n")}\n`;
}

const HEADER = [
  "graph",
  "kernels",
  "nodes",
  "compile ms",
  "runs",
  "ms a run",
  "GFLOP a run",
  "nodes on the CPU instead",
];

const perRun = (millis: number, runs: number): string => (runs === 0 ? "-" : (millis / runs).toFixed(2));

function graphRows(graphs: readonly GraphReport[]): string[][] {
  return graphs.map((graph) => [
    graph.name,
    String(graph.kernels),
    String(graph.nodes),
    graph.compileMillis.toFixed(0),
    String(graph.runs),
    perRun(graph.runMillis, graph.runs),
    (graph.operations / 1e9).toFixed(3),
    counts(graph.nodesOnCpu),
  ]);
}

function freedRows(freed: readonly FreedGraphs[]): string[][] {
  return freed.map(({ name, graphs, compileMillis, runs, runMillis }) => [
    `${name} (${graphs} freed)`,
    "",
    "",
    compileMillis.toFixed(0),
    String(runs),
    perRun(runMillis, runs),
    "",
    "",
  ]);
}

/** Rows in columns, the first and the last to the left. */
function table(rows: readonly string[][]): string[] {
  if (rows.length === 0) return ["  no graph was compiled"];
  const all = [HEADER, ...rows];
  const widths = HEADER.map((_, column) => Math.max(...all.map((row) => (row[column] as string).length)));
  const last = HEADER.length - 1;
  return all.map((row) => {
    const cells = row.map((cell, column) => {
      if (column === last) return cell;
      const width = widths[column] as number;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join("  ").trimEnd()}`;
  });
}

/** `Add 12, Mul 3`, most frequent first. */
function counts(byName: Readonly<Record<string, number>>): string {
  const entries = Object.entries(byName).sort(([, a], [, b]) => b - a);
  return entries.length === 0 ? "none" : entries.map(([name, count]) => `${name} ${count}`).join(", ");
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
