import { describe, expect, it } from "vitest";
import type { SpecResult } from "./events.js";
import { judge, parseExpectedFailures } from "./verdict.js";

const spec = (name: string, status: SpecResult["status"]): SpecResult => ({
  name,
  status,
  millis: 1,
  failures: [],
});
const entry = (name: string) => ({ suite: "tfjs-core", name, runs: ["normal"] as const, reason: "a reason" });
const results = [spec("a", "passed"), spec("b", "failed"), spec("c", "failed"), spec("d", "skipped")];

describe("judge", () => {
  it("tells expected failures from unexpected ones and counts both as failed", () => {
    const verdict = judge(results, [entry("b")], true);
    expect(verdict).toMatchObject({ passed: 1, failed: 2, skipped: 1, stale: [] });
    expect(verdict.unexpected.map(({ name }) => name)).toEqual(["c"]);
    expect(verdict.expected).toEqual([{ result: results[1], reason: "a reason" }]);
  });

  it.each([
    ["a", '"a" is expected to fail, but passed; remove the entry'],
    ["d", '"d" is expected to fail, but skipped; remove the entry'],
    ["gone", '"gone" is expected to fail, but no such spec exists; remove the entry'],
  ])("fails for the entry %s, which does not fail", (name, message) => {
    const verdict = judge(results, [entry(name)], true);
    expect(verdict.stale).toEqual([message]);
    expect(verdict.failed).toBe(3);
  });

  it("does not miss an entry's spec when only some specs were run", () => {
    expect(judge(results, [entry("gone")], false).stale).toEqual([]);
  });
});

describe("parseExpectedFailures", () => {
  it("takes at most ten entries", () => {
    const entries = (count: number) => Array.from({ length: count }, (_, index) => entry(`spec ${index}`));
    expect(parseExpectedFailures(entries(10))).toHaveLength(10);
    expect(() => parseExpectedFailures(entries(11))).toThrow("may hold 10 entries, but holds 11");
  });

  it.each([
    ["no array", {}, "must hold an array"],
    ["an entry without a reason", [{ ...entry("a"), reason: " " }], "entry 0 needs suite, name and reason"],
    ["an unknown run", [{ ...entry("a"), runs: ["never"] }], "runs out of normal, refused"],
    ["a spec named twice", [entry("a"), entry("a")], 'names "tfjs-core a" twice'],
  ])("refuses %s", (_, contents, message) => {
    expect(() => parseExpectedFailures(contents)).toThrow(message);
  });
});
