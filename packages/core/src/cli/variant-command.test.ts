import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import type { LoadedModel } from "./load-model.js";
import { parseSeeds } from "./parse-seeds.js";
import { runProgram } from "./run-program.js";
import { createVariantCommand, type VariantCommand } from "./variant-command.js";

interface Flags {
  columns: string;
  how: string;
  files?: string[];
}
const command: VariantCommand<string, object, Flags> = {
  usage: "mix <first> <second>",
  description: "tries",
  options: [
    { flags: "--columns <number>", description: "how many", required: true },
    { flags: "--how <way>", description: "which way", choices: ["up", "down"], default: "up" },
    { flags: "--files <names...>", description: "several" },
  ],
  async run({ args, flags, load }) {
    if (flags.columns === "none") throw new ConfigError("core", "columns must be some.");
    seen.push({ args, flags, variant: (await load()).variant });
  },
};
let seen: unknown[] = [];
const run = async (...args: string[]) => {
  seen = [];
  const loaded: unknown[] = [];
  const program = new Command("gan-test");
  program.configureOutput({ writeErr() {} });
  program.addCommand(
    createVariantCommand(command, async (flags) => {
      loaded.push(flags);
      return { variant: "model" } as LoadedModel<string, object>;
    }),
  );
  return { code: await runProgram(program, args), loaded };
};

describe("a variant's own command", () => {
  it("gets its places and flags, and loads the run that --from names", async () => {
    const { code, loaded } = await run("mix", "a", "b", "--from", "r", "--columns", "2", "--files", "x", "y");
    expect(code).toBeUndefined();
    const flags = { from: "r", columns: "2", how: "up", files: ["x", "y"] };
    expect(seen).toEqual([{ args: ["a", "b"], flags, variant: "model" }]);
    expect(loaded).toEqual([flags]);
  });

  it("takes shipped weights instead of a run", async () => {
    const { code, loaded } = await run("mix", "a", "b", "--pretrained", "p", "--columns", "2");
    expect(code).toBeUndefined();
    expect(loaded).toEqual([{ pretrained: "p", columns: "2", how: "up" }]);
  });

  it("is refused without what it requires, and before anything is loaded", async () => {
    for (const line of [
      ["mix", "a", "b", "--columns", "2"],
      ["mix", "a", "b", "--from", "r"],
      ["mix", "a", "--from", "r", "--columns", "2"],
      ["mix", "a", "b", "--from", "r", "--pretrained", "p", "--columns", "2"],
      ["mix", "a", "b", "--from", "r", "--columns", "2", "--how", "left"],
      ["mix", "a", "b", "--from", "r", "--columns", "none"],
    ]) {
      expect(await run(...line)).toEqual({ code: 2, loaded: [] });
    }
  });
});

describe("parseSeeds", () => {
  it("reads numbers and ranges", () => {
    expect(parseSeeds("--rows", "1-4,20,7-7")).toEqual([1, 2, 3, 4, 20, 7]);
  });

  it.each([
    ["", /--rows must be a whole number of at least 0, got \./],
    ["1-", /must be a whole number/],
    ["-3", /must be a whole number/],
    ["1.5", /must be a whole number of at least 0, got 1\.5/],
    ["a-b", /must be a whole number of at least 0, got a/],
    ["1-2-3", /numbers and ranges such as 1-16,20, got 1-2-3/],
    ["5-2", /ranges that go up, got 5-2/],
    ["0-1000000", /at most 1000000 seeds/],
  ])("refuses %s", (text, message) => {
    expect(() => parseSeeds("--rows", text)).toThrow(message);
  });
});
