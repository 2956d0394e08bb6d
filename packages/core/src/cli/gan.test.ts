import { beforeEach, describe, expect, it, vi } from "vitest";
import { runGan } from "./gan.js";

const printed: string[] = [];
const collect = (text: unknown) => {
  printed.push(String(text));
  return true;
};
beforeEach(() => {
  printed.length = 0;
  vi.spyOn(console, "log").mockImplementation(collect);
  vi.spyOn(console, "error").mockImplementation(collect);
  vi.spyOn(process.stdout, "write").mockImplementation(collect);
  vi.spyOn(process.stderr, "write").mockImplementation(collect);
});

describe("gan", () => {
  it.each([
    ["an unknown command", ["trian"], /unknown command 'trian'/],
    ["a missing flag of an inner command", ["data", "prepare", "mnist"], /--out/],
  ])("refuses %s with code 2", async (_, args, message) => {
    expect(await runGan(args)).toBe(2);
    expect(printed.join("\n")).toMatch(message);
  });

  it("says how to get the named data sets where they are not installed", async () => {
    expect(await runGan(["data", "list"])).toBe(1); // core does not depend on them
    expect(printed.join("\n")).toMatch(/npm install @gan\/datasets/);
  });

  it("helps and succeeds", async () => {
    expect(await runGan(["--help"])).toBe(0);
    expect(printed.join("\n")).toMatch(/data/);
  });
});
