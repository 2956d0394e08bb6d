import { type Command, CommanderError } from "commander";
import { ConfigError, GanError } from "../errors/index.js";
import { exitCodes } from "./exit-codes.js";

/**
 * Runs one command line, without the program's name. Prints errors itself and never throws: a sentence
 * for those thrown on purpose, the stack for faults.
 *
 * @returns The exit code that the error stands for, or undefined when there was none.
 */
export async function runProgram(program: Command, args: readonly string[]): Promise<number | undefined> {
  overrideExit(program);
  try {
    await program.parseAsync(args, { from: "user" });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
    const isOnPurpose =
      GanError.isInstance(error) || (error instanceof Error && error.name === "BackendOrtError");
    console.error(isOnPurpose ? error.message : error);
    return error instanceof ConfigError ? exitCodes.usage : exitCodes.failure;
  }
}

/** Commands that were made elsewhere do not inherit this. */
function overrideExit(command: Command): void {
  command.exitOverride();
  for (const inner of command.commands) overrideExit(inner);
}
