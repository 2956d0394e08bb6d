import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { root, toolEnvironment } from "./workspace.mjs";

const windows = process.platform === "win32";
const forwarded = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
/** One Ctrl-C can arrive twice: from the terminal, and again from npm. */
const repeatMillis = 300;

/**
 * @typedef {object} ChildOptions
 * @property {boolean} [quiet] keep its output and hand it back, rather than show it
 * @property {boolean} [ownGroup] put it into a process group of its own, so that the terminal's Ctrl-C
 *   reaches this process only, which passes it on exactly once (not on Windows)
 * @property {boolean} [shell] find the command through a shell
 */

/**
 * Runs a program in the root folder on this process's terminal, passes signals on to it and outlives it, so
 * that it can save what it has.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ChildOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} its exit code, 128 + the signal's number if one
 *   ended it; rejects when it cannot be started
 */
export function runChild(command, args, { quiet = false, ownGroup = false, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: root,
      env: toolEnvironment(),
      stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
      detached: ownGroup && !windows,
      shell,
    });
    const stopForwarding = forwardSignals(child, ownGroup);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    child.once("error", (error) => {
      stopForwarding();
      reject(error);
    });
    child.once("close", (code, signal) => {
      stopForwarding();
      resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), output });
    });
  });
}

/**
 * Runs a JavaScript file with this Node.js, which needs no shell on any system.
 * @param {string} file within the root folder
 * @param {readonly string[]} args
 * @param {ChildOptions} [options]
 */
export const runScript = (file, args, options) =>
  runChild(process.execPath, [join(root, file), ...args], options);

/** @param {readonly string[]} args @param {ChildOptions} [options] */
export const runTurbo = (args, options) => runScript("node_modules/turbo/bin/turbo", args, options);

/**
 * Builds a package and those that it needs; prints what fails.
 * @param {string} name without `@gan/`
 */
export const buildPackage = (name) =>
  runTurbo(["run", "build", `--filter=@gan/${name}...`, "--output-logs=errors-only", "--ui=stream"]);

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {boolean} group signal its whole process group
 * @returns {() => void} stops it
 */
function forwardSignals(child, group) {
  let last = Number.NEGATIVE_INFINITY;
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    if (windows || child.pid === undefined) return; // Windows hands Ctrl-C to every process of the console
    const now = performance.now();
    if (now - last < repeatMillis) return;
    last = now;
    try {
      process.kill(group ? -child.pid : child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  for (const signal of forwarded) process.on(signal, forward);
  return () => {
    for (const signal of forwarded) process.off(signal, forward);
  };
}
