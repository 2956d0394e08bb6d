import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { CheckpointError } from "../errors/index.js";
import type { WarningEvent } from "../train/index.js";
import { loadSharp } from "./load-sharp.js";
import { createCharts } from "./report-curves.js";
import { renderReport } from "./report-page.js";
import { type EventLine, readRunLog, type StepLine } from "./run-log.js";

/** Sample grids on the page: the first, the last, and as many between as make these. */
const mostSamples = 12;
/** Widest picture on the page, in pixels. */
const mostWidth = 640;

const require = createRequire(import.meta.url);

/** What {@link writeReport} says besides what the folder holds. */
export interface ReportFacts {
  /** The name of the GAN. */
  variant: string;
  /** The run's configuration, JSON. */
  config: unknown;
  /** Which backend and device trained, JSON. */
  backend?: unknown;
}

/**
 * Writes `report.html` into a run's folder: one page without need of a network, with the run's curves
 * (drawn by uPlot), warnings, sample grids and configuration. It appears complete or not at all.
 *
 * @returns The page's path.
 * @throws CheckpointError when the folder's log is damaged or the page cannot be written.
 */
export async function writeReport(folder: string, facts: ReportFacts): Promise<string> {
  const path = join(folder, "report.html");
  const { events, metrics } = await readRunLog(folder);
  const page = renderReport({
    title: `${facts.variant}: ${basename(folder)}`,
    facts: listFacts(events, facts),
    charts: createCharts(events, metrics),
    warnings: events.filter((line): line is WarningEvent => line.type === "warning"),
    samples: await readSamples(join(folder, "samples")),
    config: facts.config,
    library: await readLibrary(),
  });
  const partial = `${path}.partial-${process.pid}`;
  try {
    await writeFile(partial, page);
    await rename(partial, path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError(
      "core",
      `cannot write ${path}: ${reason}. Free disk space or choose another --out.`,
      {
        cause,
      },
    );
  }
  return path;
}

function listFacts(events: readonly EventLine[], { variant, backend }: ReportFacts): [string, string][] {
  const steps = events.filter((line): line is StepLine => line.type === "step");
  const total = events.findLast((line) => line.type === "start")?.totalImages;
  const images = (steps.at(-1)?.imagesSeen ?? 0).toLocaleString("en");
  const rates = steps.map(({ imagesPerSecond }) => imagesPerSecond).sort((a, b) => a - b);
  const rate = rates[rates.length >> 1];
  const rollbacks = events.filter(({ type }) => type === "rollback").length;
  const described: [string, string][] = [
    ["Variant", variant],
    ["Images", total === undefined ? images : `${images} of ${total.toLocaleString("en")}`],
    ["Images/s, median", rate === undefined ? "–" : rate.toFixed(rate < 10 ? 1 : 0)],
  ];
  if (rollbacks > 0) described.push(["Rollbacks", String(rollbacks)]);
  if (typeof backend === "object" && backend !== null) {
    for (const [name, value] of Object.entries(backend)) {
      if (typeof value === "string" || typeof value === "number") described.push([name, String(value)]);
    }
  }
  return described;
}

async function readSamples(folder: string): Promise<{ imagesSeen: number; url: string }[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^\d{12}\.png$/.test(name)).sort();
  const count = Math.min(mostSamples, names.length);
  const chosen = Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.round((index * (names.length - 1)) / (count - 1)),
  );
  return Promise.all(
    chosen.map(async (index) => {
      const name = names[index] as string;
      const picture = loadSharp()(join(folder, name)).resize({ width: mostWidth, withoutEnlargement: true });
      const bytes = await picture.webp({ quality: 85 }).toBuffer();
      return {
        imagesSeen: Number.parseInt(name, 10),
        url: `data:image/webp;base64,${bytes.toString("base64")}`,
      };
    }),
  );
}

async function readLibrary(): Promise<{ script: string; style: string }> {
  const [script, style] = await Promise.all([
    readFile(require.resolve("uplot/dist/uPlot.iife.min.js"), "utf8"),
    readFile(require.resolve("uplot/dist/uPlot.min.css"), "utf8"),
  ]);
  return { script, style };
}
