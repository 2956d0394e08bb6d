import type { WriteStream } from "node:tty";
import { SingleBar } from "cli-progress";

/** Shows how many of a known number are done; nothing where there is no terminal. */
export interface CountBar {
  show(done: number, count: number): void;
  stop(): void;
}

/**
 * A bar that counts, where the stream is a terminal; elsewhere nothing is shown.
 *
 * @param what What is counted, for example `pictures`.
 */
export function createCountBar(stream: WriteStream, what: string): CountBar {
  if (!stream.isTTY) return { show() {}, stop() {} };
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
