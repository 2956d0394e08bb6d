import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../lib/workspace.mjs";

/** Runs a variant's own command, and passes on what it tells on standard error. */
export type RunCommand = (...args: string[]) => Promise<string>;

/**
 * Makes what runs the command of a package, in the working folder.
 *
 * @returns Standard output; rejects when the command fails, and on Ctrl-C, which the command is given time to save for.
 */
export function createCommand(name: string): RunCommand {
  const file = join(root, "packages", name, "bin", `gan-${name}.js`);
  return (...args) =>
    new Promise((resolve, reject) => {
      console.error(`gan-${name} ${args.join(" ")}`);
      const child = spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "inherit"] });
      const pass = (signal: NodeJS.Signals) => void child.kill(signal);
      process.on("SIGINT", pass).on("SIGTERM", pass);
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
      child.once("error", reject);
      child.once("close", (code) => {
        process.off("SIGINT", pass).off("SIGTERM", pass);
        if (code === 0) resolve(output);
        else
          reject(
            new Error(`gan-${name} ${args[0]} ended with ${code}. The same command goes on from there.`),
          );
      });
    });
}
