import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** What was measured of a case. */
export interface ThroughputRow {
  case: string;
  gan: string;
  about: string;
  /** Of the pictures, in pixels. */
  side: number;
  /** Pictures in a step. */
  batch: number;
  /** Median milliseconds of a step; of a cycle's steps the mean. */
  oursMs: number;
  imagesPerSecond: number;
  /** Seconds for a thousand pictures. */
  secondsPerKimg: number;
  /** Peak resident size less that after the imports. */
  oursPeakMb: number | null;
  /** Convolutions and matrix products of the graph that is executed, a step. */
  gigaflop: number;
  gflops: number;
  /** The larger of ONNX Runtime's and numpy's product of two 2048 × 2048 matrices. */
  sgemmGflops: number;
  sgemmShare: number;
  /** Of the graph that takes longest. */
  compileMs: number;
  peer?: string;
  peerVersion?: string;
  peerThreads?: number;
  /** The fastest of those that were tried. */
  peerSetting?: string;
  /** Whether torch.compile was among them. */
  peerCompileTried?: boolean;
  peerMs?: number;
  /** peerMs / oursMs: above 1, ours is faster. */
  ratio?: number;
  /** Quartiles of the rounds' own ratios. */
  ratioQuartiles?: readonly [number, number];
  peerPeakMb?: number | null;
  processor: string;
}

/** The rows of a report; none where there is no such file. */
export function readRows(file: string | URL): ThroughputRow[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ThroughputRow[]) : [];
}

/** Puts a row into a report, in place of an earlier one of its case. */
export function keepRow(file: string, row: ThroughputRow): void {
  const rows = readRows(file);
  const place = rows.findIndex((one) => one.case === row.case);
  if (place < 0) rows.push(row);
  else rows[place] = row;
  writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
}
