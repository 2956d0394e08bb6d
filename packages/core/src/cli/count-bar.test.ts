import { PassThrough } from "node:stream";
import type { WriteStream } from "node:tty";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createCountBar } from "./count-bar.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("prints a line every half minute where there is no terminal, and none for what is short", () => {
  const stream = new PassThrough();
  const bar = createCountBar(stream as unknown as WriteStream, "pictures");
  const read = () => stream.read()?.toString() ?? "";
  bar.show(0, 400);
  vi.advanceTimersByTime(29_000);
  bar.show(99, 400);
  expect(read()).toBe("");
  vi.advanceTimersByTime(1000);
  bar.show(100, 400);
  bar.show(101, 400);
  expect(read()).toBe("100/400 pictures  ETA 1:30\n");
  vi.advanceTimersByTime(30_000);
  bar.show(300, 400);
  expect(read()).toBe("300/400 pictures  ETA 0:20\n");
  vi.advanceTimersByTime(60_000);
  bar.show(400, 400);
  bar.stop();
  expect(read()).toBe("");
});
