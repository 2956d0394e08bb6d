import { appendFile, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError } from "../errors/index.js";
import type { ExtractorIdentity, MetricReport } from "../metrics/index.js";
import type { HealthEvent, StepEvent, TrainEvent } from "../train/index.js";

/** What steps measured, averaged over the images since the line before. */
export interface StepLine extends Pick<StepEvent, "losses" | "reports" | "gradientNorms" | "learningRates"> {
  /** Tells this line from the others. */
  type: "step";
  /** Training images used so far. */
  imagesSeen: number;
  /** Of training alone, without checkpoints and samples. */
  imagesPerSecond: number;
}

/** A line of `events.jsonl`: averaged steps, and every other event as it came. */
export type EventLine = StepLine | Exclude<TrainEvent, StepEvent | HealthEvent>;

/** A line of `metrics.jsonl`: what was measured of the model at a place of the run. */
export interface MetricLine {
  /** Training images used so far. */
  imagesSeen: number;
  /** By name. */
  metrics: Record<string, number>;
  /** How metrics of pictures were measured: those of other conditions are not comparable. */
  conditions?: Pick<MetricReport, "nReal" | "nFake" | "seed"> & { extractor?: ExtractorIdentity | undefined };
}

const eventsFile = "events.jsonl";
const metricsFile = "metrics.jsonl";

/** Lines that a run of any length leaves, about. */
const mostStepLines = 2_000;

type Measures = Pick<StepEvent, "losses" | "reports" | "gradientNorms" | "learningRates">;
const kinds = ["losses", "reports", "gradientNorms", "learningRates"] as const;

/**
 * Writes a run's events as JSON lines: `events.jsonl` with averaged steps and everything else that was
 * told, `metrics.jsonl` with what was measured of the model. Going on from a checkpoint first cuts what
 * lies behind it, so that curves never go over the same images twice.
 */
export class RunLog {
  readonly #folder: string;
  #everyImages = 1;
  #steps: StepEvent[] = [];
  #lastImages = 0;
  /** A start that no step has followed yet. */
  #start: TrainEvent | undefined;
  /** Whether the log tells already that the run is complete. */
  #isComplete = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Drops every line about more images than these, save rollbacks, and a last line that was cut off.
   *
   * @throws CheckpointError when the files cannot be read or written.
   */
  async cut(imagesSeen: number): Promise<void> {
    this.#steps = [];
    this.#lastImages = imagesSeen;
    for (const name of [eventsFile, metricsFile]) {
      const path = join(this.#folder, name);
      const lines = await readLines<{ imagesSeen: number; type?: string }>(path);
      const kept = lines.filter((line) => line.imagesSeen <= imagesSeen || line.type === "rollback");
      if (name === eventsFile) this.#isComplete = kept.some(isCompletion);
      await attempt(path, async () => {
        const partial = `${path}.partial-${process.pid}`;
        await writeFile(partial, kept.map(toLine).join(""));
        await rename(partial, path);
      });
    }
  }

  /**
   * Takes in an event; lines go to the disk at once. A start waits for its first step: opening a run that is
   * complete leaves no line.
   */
  async add(event: TrainEvent): Promise<void> {
    if (event.type === "end" && this.#start !== undefined) {
      const isNews = event.reason === "complete" && !this.#isComplete;
      if (!isNews) return;
    }
    if (event.type !== "start" && this.#start !== undefined) {
      await this.#append(eventsFile, this.#start as EventLine);
      this.#start = undefined;
    }
    if (event.type === "step") {
      this.#steps.push(event);
      if (event.imagesSeen - this.#lastImages >= this.#everyImages) await this.flush();
      return;
    }
    if (event.type === "start") {
      this.#everyImages = event.totalImages / mostStepLines;
      this.#lastImages = event.imagesSeen;
      this.#start = event;
      return;
    }
    await this.flush();
    if (event.type === "health") {
      const { imagesSeen, sampleDiversity, realDiversity } = event;
      await this.addMetrics({ imagesSeen, metrics: { sampleDiversity, realDiversity } });
      return;
    }
    await this.#append(eventsFile, event);
  }

  /** Notes what was measured of the model. */
  async addMetrics(line: MetricLine): Promise<void> {
    await this.#append(metricsFile, line);
  }

  /** Writes the average of the steps since the last line, so that a checkpoint loses none of them. */
  async flush(): Promise<void> {
    const last = this.#steps.at(-1);
    if (last === undefined) return;
    const seconds = this.#steps.reduce((sum, { durationMillis }) => sum + durationMillis, 0) / 1000;
    const imagesPerSecond = (last.imagesSeen - this.#lastImages) / Math.max(seconds, 1e-9);
    const line: StepLine = {
      type: "step",
      imagesSeen: last.imagesSeen,
      ...averageMeasures(this.#steps),
      imagesPerSecond,
    };
    this.#steps = [];
    this.#lastImages = last.imagesSeen;
    await this.#append(eventsFile, line);
  }

  async #append(name: string, line: EventLine | MetricLine): Promise<void> {
    const path = join(this.#folder, name);
    await attempt(path, () => appendFile(path, toLine(line)));
  }
}

/**
 * The lines of a run's log.
 *
 * @returns Empty lists where there is no log yet.
 * @throws CheckpointError when a line other than the last is damaged.
 */
export async function readRunLog(folder: string): Promise<{ events: EventLine[]; metrics: MetricLine[] }> {
  return {
    events: await readLines<EventLine>(join(folder, eventsFile)),
    metrics: await readLines<MetricLine>(join(folder, metricsFile)),
  };
}

/** Each measure's mean over the steps in which it was taken: lazy phases are absent from most. */
function averageMeasures(steps: readonly StepEvent[]): Measures {
  const averages: Measures = { losses: {}, reports: {}, gradientNorms: {}, learningRates: {} };
  for (const kind of kinds) {
    const sums = new Map<string, { total: number; count: number }>();
    for (const step of steps) {
      for (const [name, value] of Object.entries(step[kind])) {
        const { total, count } = sums.get(name) ?? { total: 0, count: 0 };
        sums.set(name, { total: total + value, count: count + 1 });
      }
    }
    for (const [name, { total, count }] of sums) averages[kind][name] = total / count;
  }
  return averages;
}

const isCompletion = (line: { type?: string; reason?: string }) =>
  line.type === "end" && line.reason === "complete";

const toLine = (value: unknown) => `${JSON.stringify(value)}\n`;

async function readLines<Line>(path: string): Promise<Line[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new CheckpointError("core", `cannot read ${path}: ${error.message}.`, { cause: error });
  });
  const lines = text.split("\n");
  const torn = lines.pop(); // empty after a whole line
  const parsed = lines.map((line, index) => {
    try {
      return JSON.parse(line) as Line;
    } catch (cause) {
      const remedy = "Delete that line to go on.";
      throw new CheckpointError("core", `${path} is damaged in line ${index + 1}. ${remedy}`, { cause });
    }
  });
  if (torn === undefined || torn === "") return parsed;
  try {
    parsed.push(JSON.parse(torn) as Line);
  } catch {
    // The process ended while writing it; its images are trained again or were not saved.
  }
  return parsed;
}

async function attempt(path: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError(
      "core",
      `cannot write ${path}: ${reason}. Free disk space, allow writing there, or choose another --out.`,
      { cause },
    );
  }
}
