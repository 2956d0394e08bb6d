import type { WriteStream } from "node:tty";
import { SingleBar } from "cli-progress";
import { formatDuration } from "./rate-meter.js";

/** Shows how many of a known number are done. */
export interface CountBar {
  show(done: number, count: number): void;
  stop(): void;
}

/** Milliseconds between two lines where there is no terminal: what takes less than this shows none. */
const linePause = 30_000;

/**
 * A bar that counts, where the stream is a terminal; elsewhere a line now and then while it takes long.
 *
 * @param what What is counted, for example `pictures`.
 */
export function createCountBar(stream: WriteStream, what: string): CountBar {
  if (!stream.isTTY) return createCountLines(stream, what);
  const bar = new SingleBar({
    format: `{bar} {percentage}%  {value}/{total} ${what}  ETA {eta_formatted}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    fps: 4,
    hideCursor: true,
    stream,
  });
  let started = false;
  return {
    show(done, count) {
      if (!started) bar.start(count, 0);
      started = true;
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}

function createCountLines(stream: WriteStream, what: string): CountBar {
  let start: { time: number; done: number } | undefined;
  let last = 0;
  return {
    show(done, count) {
      const time = Date.now();
      start ??= { time, done };
      if (time - Math.max(last, start.time) < linePause || done >= count) return;
      last = time;
      const seconds = ((time - start.time) / 1000 / (done - start.done)) * (count - done);
      const left = Number.isFinite(seconds) ? formatDuration(seconds) : "–";
      stream.write(`${done}/${count} ${what}  ETA ${left}\n`);
    },
    stop() {},
  };
}
