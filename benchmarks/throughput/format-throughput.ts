import { formatTable } from "../../tools/readme-sections.js";
import type { ThroughputRow } from "./rows.js";

const number = (value: number | null | undefined, digits = 0): string =>
  value === null || value === undefined || Number.isNaN(value) ? "–" : value.toFixed(digits);

/** Milliseconds with a digit more where they are few. */
const milliseconds = (value: number | undefined): string =>
  number(value, value !== undefined && value < 100 ? 1 : 0);

/** Rows with a peer, which is the same in all of them, as a Markdown table. */
function formatCompared(rows: readonly ThroughputRow[]): string {
  const isTorch = rows[0]?.peer === "torch";
  const name = isTorch ? "PyTorch" : (rows[0]?.peer ?? "");
  const describeSetting = ({ peerThreads, peerSetting, peerCompileTried }: ThroughputRow) =>
    isTorch ? `${peerThreads}, ${peerSetting}${peerCompileTried ? "" : "; compile not tried"}` : peerThreads;
  return formatTable(
    [
      "step",
      "batch",
      "ours, ms",
      `${name}, ms (threads${isTorch ? ", setting" : ""})`,
      `${name} / ours (quartiles)`,
      "GFLOP, share of SGEMM-2048",
      `peak memory MB, ours / ${name}`,
    ],
    rows.map((row) => [
      `${row.gan}, ${row.side}×${row.side}, ${row.about}`,
      String(row.batch),
      milliseconds(row.oursMs),
      `${milliseconds(row.peerMs)} (${describeSetting(row)})`,
      `${number(row.ratio, 2)} (${row.ratioQuartiles?.map((value) => number(value, 2)).join(" to ")})`,
      `${number(row.gigaflop, 2)}, ${number(100 * row.sgemmShare)} %`,
      `${number(row.oursPeakMb)} / ${number(row.peerPeakMb)}`,
    ]),
  );
}

/** Rows without a peer, by the side of the pictures. */
function formatAlone(rows: readonly ThroughputRow[]): string {
  return formatTable(
    ["side", "batch", "images/s", "s/kimg", "compile, s", "peak memory, MB"],
    rows.map((row) => [
      `${row.side}×${row.side}`,
      String(row.batch),
      number(row.imagesPerSecond, row.imagesPerSecond < 100 ? 1 : 0),
      number(row.secondsPerKimg, row.secondsPerKimg < 10 ? 2 : 1),
      number(row.compileMs / 1000, 2),
      number(row.oursPeakMb),
    ]),
  );
}

/** All rows as Markdown: those that were compared, then the others. */
export function formatThroughput(rows: readonly ThroughputRow[]): string {
  const compared = rows.filter(({ peer }) => peer !== undefined);
  const alone = rows.filter(({ peer }) => peer === undefined);
  return [
    ...(compared.length > 0 ? [formatCompared(compared)] : []),
    ...(alone.length > 0 ? [formatAlone(alone)] : []),
  ].join("\n\n");
}
