import type { Command } from "commander";
import { type CommandDescription, describeCommand } from "./describe-command.js";
import { exitCodes } from "./exit-codes.js";
import { runProgram } from "./run-program.js";

/** A program with all its commands: call it to run one line, or ask what it takes. */
export interface Cli {
  /**
   * Runs one command line, without the program's name. Prints errors itself and never throws.
   *
   * @returns Its exit code.
   */
  (args: readonly string[]): Promise<number>;
  /** What may stand on the line. */
  describe(): CommandDescription;
}

/**
 * Makes a program of commands; nothing is kept from one call to the next.
 *
 * @param build Adds the commands; `finish` takes the exit code of one that ends without an error.
 */
export function createCli(build: (finish: (exitCode: number) => void) => Command): Cli {
  const run = async (args: readonly string[]) => {
    let exitCode: number = exitCodes.success;
    const program = build((code) => {
      exitCode = code;
    });
    return (await runProgram(program, args)) ?? exitCode;
  };
  return Object.assign(run, { describe: () => describeCommand(build(() => {})) });
}
