/**
 * Writes the figures of README.md from the measurements in bench/results.
 *
 *     pnpm --filter @gan/core readme
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatTable, renderSections } from "../../../tools/readme-sections.js";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Machine {
  readonly cpu: string;
  readonly threads: number;
  readonly node?: string;
  /** Of others, before the first round. */
  readonly load?: number;
}

interface FrechetResult {
  readonly count: number;
  readonly size: number;
  readonly machine: Machine & { readonly numpy: string; readonly scipy: string };
  readonly timings: Readonly<Record<string, readonly unknown[]>>;
  readonly summary: Readonly<
    Record<
      string,
      {
        readonly seconds: number;
        readonly statisticsSeconds: number;
        readonly distanceSeconds: number;
        readonly peakMegabytes: number;
        readonly fid: number;
      }
    >
  >;
}

interface InceptionResult {
  readonly machine: Machine & { readonly torch: string };
  readonly batch: number;
  readonly rounds: number;
  readonly imagesPerSecond: Readonly<Record<"ours" | "contiguous" | "channelsLast", number>>;
  readonly ratio: number;
  readonly peakMegabytes: { readonly ours: number; readonly torch: number };
  readonly compileSeconds: number;
}

const describe = ({ cpu, threads, node, load }: Machine): string =>
  [
    `${cpu}, ${threads} threads`,
    ...(load === undefined ? [] : [`load ${load.toFixed(1)} before`]),
    ...(node === undefined ? [] : [`Node.js ${node.slice(1)}`]),
  ].join(", ");

const contenders: Readonly<Record<string, string>> = {
  gan: "ours",
  "scipy sqrtm": "numpy + `scipy.linalg.sqrtm` (pytorch-fid, clean-fid)",
  "scipy eigvals": "numpy + `scipy.linalg.eigvals` (torch-fidelity)",
};

function describeFrechet({ count, size, machine, summary, timings }: FrechetResult): string {
  const own = summary["gan"]?.fid ?? Number.NaN;
  const difference = Math.max(...Object.values(summary).map(({ fid }) => Math.abs(fid / own - 1)));
  const rows = Object.entries(summary).map(([name, figures]) => [
    contenders[name] ?? name,
    ...[figures.seconds, figures.statisticsSeconds, figures.distanceSeconds].map((value) => value.toFixed(1)),
    `${figures.peakMegabytes} MB`,
  ]);
  const rounds = Math.max(...Object.values(timings).map(({ length }) => length));
  return `From ${count.toLocaleString("en")} × ${size.toLocaleString("en")} stored features; medians of ${rounds} rounds in turn; ${describe(machine)}, numpy ${machine.numpy}, scipy ${machine.scipy}:

${formatTable(["", "seconds", "statistics", "distance", "peak memory"], rows)}

The results differ by at most ${difference.toExponential(0)} of the distance.`;
}

function describeInception(result: InceptionResult): string {
  const { machine, batch, rounds, imagesPerSecond, ratio, peakMegabytes, compileSeconds } = result;
  const rows = (
    [
      ["ours", "ours", peakMegabytes.ours],
      ["contiguous", "PyTorch, contiguous", peakMegabytes.torch],
      ["channelsLast", "PyTorch, channels last", peakMegabytes.torch],
    ] as const
  ).map(([key, name, memory]) => [name, imagesPerSecond[key].toFixed(2), `${memory} MB`]);
  return `Inception's features of pictures of 299×299, batches of ${batch}, medians of ${rounds} rounds in turn; ${describe(machine)}, PyTorch ${machine.torch}:

${formatTable(["", "images/s", "peak memory of the process"], rows)}

That is ${ratio.toFixed(2)} times PyTorch's faster setting; the first batch, which compiles, took ${compileSeconds.toFixed(1)} s.`;
}

/** A section's text, from its measurements if there are any. */
function renderResult<T>(name: string, command: string, describeResult: (result: T) => string): string {
  const file = path(`results/${name}.json`);
  if (!existsSync(file)) return `Not measured yet: \`pnpm --filter @gan/core ${command}\`.`;
  return describeResult(JSON.parse(readFileSync(file, "utf8")) as T);
}

/** README.md with its figures made anew. */
export const renderReadme = (text: string): string =>
  renderSections(text, "bench/results", {
    inception: renderResult("inception", "bench:inception", describeInception),
    fid: renderResult("fid", "bench", describeFrechet),
  });

export const readmePath = path("../README.md");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(readmePath, renderReadme(readFileSync(readmePath, "utf8")));
}
