import { Command, Option } from "commander";
import { describe, expect, it } from "vitest";
import { createCli } from "./create-cli.js";
import { describeCommand } from "./describe-command.js";
import { runGan } from "./gan.js";

const build = () => {
  const program = new Command("pots").description("makes pots");
  program
    .command("turn <clay> [tools...]")
    .description("turn one")
    .addOption(new Option("--height <cm>", "how tall").default("12").choices(["12", "30"]))
    .addOption(new Option("--out <file>", "where").makeOptionMandatory())
    .addOption(new Option("--with <tool>", "more").default([], "none"))
    .addOption(new Option("--secret", "for tests").hideHelp());
  return program;
};

describe("describeCommand", () => {
  it("says what stands on the line, with the programs' names before", () => {
    expect(describeCommand(build())).toEqual({
      name: "pots",
      description: "makes pots",
      arguments: [],
      options: [],
      commands: [
        {
          name: "pots turn",
          description: "turn one",
          arguments: [
            { name: "clay", required: true, variadic: false },
            { name: "tools", required: false, variadic: true },
          ],
          options: [
            {
              flags: "--height <cm>",
              description: "how tall",
              default: "12",
              choices: ["12", "30"],
              required: false,
            },
            { flags: "--out <file>", description: "where", required: true },
            { flags: "--with <tool>", description: "more", default: "none", required: false },
          ],
          commands: [],
        },
      ],
    });
  });
});

describe("createCli", () => {
  it("keeps nothing from one line to the next", async () => {
    const cli = createCli((finish) => {
      const program = new Command("pots");
      program.command("break").action(() => finish(1));
      program.command("keep").action(() => {});
      return program;
    });
    expect([await cli(["break"]), await cli(["keep"])]).toEqual([1, 0]);
  });

  it("tells what gan can do", () => {
    const { commands } = runGan.describe();
    expect(commands.map(({ name }) => name)).toEqual(["gan data", "gan metrics", "gan doctor"]);
    const list = commands[0]?.commands.find(({ name }) => name === "gan data list");
    expect(list?.options.map(({ flags }) => flags)).toEqual(["--json"]);
  });
});
