import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { ConfigError, GanError } from "../errors/index.js";
import { dataCommand } from "./data-command.js";
import { exitCodes } from "./exit-codes.js";
import { loadDatasetRegistry } from "./load-datasets.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Runs one command line of `gan`, without the program's name, and gives its exit code; never throws. */
export async function runGan(args: readonly string[]): Promise<number> {
  const program = new Command("gan")
    .description("what all GANs of this library share")
    .version(version)
    .exitOverride();
  program.addCommand(dataCommand(() => loadDatasetRegistry()));
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCodes.success;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
    console.error(GanError.isInstance(error) ? error.message : error);
    return error instanceof ConfigError ? exitCodes.usage : exitCodes.failure;
  }
}
