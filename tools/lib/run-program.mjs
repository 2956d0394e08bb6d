import { spawn } from "node:child_process";

/** A failure that is told in one sentence, without a stack. */
export class InstallError extends Error {}

/** Lines of a failed program's output that are shown. */
const shownLines = 15;

/**
 * Runs a program and keeps what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, what: string, remedy: string, env?: NodeJS.ProcessEnv }} options what it does and what to
 *   do when it fails, for the sentence
 * @returns {Promise<string>} its standard output
 * @throws {InstallError}
 */
export async function runProgram(command, args, { cwd, what, remedy, env = process.env }) {
  const child = spawn(command, [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let [output, all] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
    all += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    all += text;
  });
  /** @type {number | string | null} */
  const code = await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", resolve);
  });
  if (code === 0) return output;
  const tail = all.trimEnd().split("\n").slice(-shownLines).join("\n");
  throw new InstallError(
    `${what} failed (${typeof code === "string" ? code : `exit code ${code}`}). Remedy: ${remedy}.\n\n${[command, ...args].join(" ")}\n${tail}`,
  );
}

/** Whether a program starts and succeeds. @param {string} command @param {readonly string[]} args */
export function works(command, args) {
  return runProgram(command, args, { what: command, remedy: "" }).then(
    () => true,
    () => false,
  );
}
