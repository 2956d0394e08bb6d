import { readFileSync } from "node:fs";
import { Command } from "commander";
import { dataCommand } from "./data-command.js";
import { doctorCommand } from "./doctor-command.js";
import { exitCodes } from "./exit-codes.js";
import { loadDatasetRegistry } from "./load-datasets.js";
import { metricsCommand } from "./metrics-command.js";
import { runProgram } from "./run-program.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Runs one command line of `gan`, without the program's name, and gives its exit code; never throws. */
export async function runGan(args: readonly string[]): Promise<number> {
  const program = new Command("gan").description("what all GANs of this library share").version(version);
  let exitCode: number = exitCodes.success;
  program.addCommand(dataCommand(() => loadDatasetRegistry()));
  program.addCommand(metricsCommand(() => loadDatasetRegistry()));
  program.addCommand(
    doctorCommand((code) => {
      exitCode = code;
    }),
  );
  return (await runProgram(program, args)) ?? exitCode;
}
