import type { WriteStream } from "node:tty";
import { MultiBar, type SingleBar } from "cli-progress";
import type { StepEvent, TrainEvent } from "../train/index.js";
import { formatDuration, RateMeter } from "./rate-meter.js";

/** Shows how training goes. */
export interface Progress {
  show(event: TrainEvent): void;
  /** Ends the bar's line; safe to call twice. */
  stop(): void;
}

/** Milliseconds between lines where there is no terminal. */
const lineIntervalMillis = 10_000;

/**
 * A bar in a terminal, a line every ten seconds elsewhere, with images/s, the time left and each
 * phase's loss.
 */
export function createProgress(stream: WriteStream): Progress {
  return stream.isTTY ? createBar(stream) : createLines((line) => stream.write(`${line}\n`));
}

function createBar(stream: WriteStream): Progress {
  const meter = new RateMeter();
  // Of several bars, because only those let lines scroll by above them.
  const bars = new MultiBar({
    format: "{bar} {percentage}%  {value}/{total} images  {rate} images/s  ETA {left}  {losses}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    fps: 4,
    hideCursor: true,
    stream,
  });
  let bar: SingleBar | undefined;
  let total = 0;
  return {
    show(event) {
      if (event.type === "start") {
        total = event.totalImages;
        bar = bars.create(total, event.imagesSeen, { rate: "–", left: "–", losses: "compiling" });
      } else if (event.type === "step") {
        meter.add(event.imagesSeen, performance.now()); // from the end of the first step: it compiles
        const { rate, left } = describeRate(meter, total - event.imagesSeen);
        bar?.update(event.imagesSeen, { rate, left, losses: describeMeasures(event) });
      } else {
        const notice = describeNotice(event);
        if (notice !== undefined) bars.log(`${notice}\n`);
      }
    },
    stop: () => bars.stop(),
  };
}

/** @param write Receives one line at a time. */
export function createLines(write: (line: string) => void, now = () => performance.now()): Progress {
  const meter = new RateMeter();
  let total = 0;
  let lastLine = Number.NEGATIVE_INFINITY;
  return {
    show(event) {
      if (event.type === "start") total = event.totalImages;
      const notice = describeNotice(event);
      if (notice !== undefined) write(notice);
      if (event.type !== "step") return;
      meter.add(event.imagesSeen, now());
      if (now() - lastLine < lineIntervalMillis) return;
      lastLine = now();
      const { rate, left } = describeRate(meter, total - event.imagesSeen);
      const losses = describeMeasures(event);
      write(`${event.imagesSeen}/${total} images  ${rate} images/s  ETA ${left}  ${losses}`);
    },
    stop() {},
  };
}

function describeRate(meter: RateMeter, imagesLeft: number) {
  const rate = meter.imagesPerSecond;
  if (rate === undefined || rate === 0) return { rate: "–", left: "–" };
  return { rate: rate.toFixed(rate < 10 ? 1 : 0), left: formatDuration(imagesLeft / rate) };
}

/** What a person should read besides the bar: warnings, and training that went back. */
function describeNotice(event: TrainEvent): string | undefined {
  if (event.type === "warning") return `Warning at ${event.imagesSeen} images: ${event.message}`;
  if (event.type !== "rollback") return undefined;
  return `${event.reason} Going back to ${event.toImages} images with other noise, try ${event.attempt}.`;
}

/** `discriminator 0.934  generator 1.211  D(x) 0.61  D(G(z)) 0.38`. */
function describeMeasures({ losses, reports }: Pick<StepEvent, "losses" | "reports">): string {
  const { realProbability: real, fakeProbability: fake } = reports;
  const parts = [describeLosses(losses)];
  if (real !== undefined) parts.push(`D(x) ${real.toFixed(2)}`);
  if (fake !== undefined) parts.push(`D(G(z)) ${fake.toFixed(2)}`);
  return parts.join("  ");
}

/** Sums the terms of each phase: `discriminator 0.934  generator 1.211`. */
function describeLosses(losses: Record<string, number>): string {
  const sums = new Map<string, number>();
  for (const [name, value] of Object.entries(losses)) {
    const phase = name.slice(0, name.indexOf("."));
    sums.set(phase, (sums.get(phase) ?? 0) + value);
  }
  return [...sums].map(([phase, sum]) => `${phase} ${sum.toFixed(3)}`).join("  ");
}
