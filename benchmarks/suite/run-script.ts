import { spawn } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Runs a script of this folder, or a file by its whole path, as a process of its own.
 *
 * @param options.threads Of ONNX Runtime; 0, the default: as many as it takes by itself.
 * @param options.limitSeconds Ends it then. Default: never.
 * @returns The last line of JSON that it prints.
 * @throws Error with the end of what it said, where it fails, or that it was ended.
 */
export async function runScript<Answer>(
  script: string,
  args: readonly string[],
  { threads = 0, limitSeconds }: { threads?: number; limitSeconds?: number } = {},
): Promise<Answer> {
  const path = script.startsWith("/") ? script : fileURLToPath(new URL(script, import.meta.url));
  const env = { ...process.env, ...(threads > 0 && { GAN_ORT_THREADS: String(threads) }) };
  const child = spawn(process.execPath, ["--import", "tsx", path, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    ...(limitSeconds !== undefined && { timeout: 1000 * limitSeconds, killSignal: "SIGKILL" }),
  });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-4000);
  });
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (signal !== null && limitSeconds !== undefined) {
    throw new Error(`${basename(path)} was ended by ${signal}; it may take ${limitSeconds} s`);
  }
  const line = output.split("\n").findLast((text) => text.startsWith("{"));
  if (code !== 0 || line === undefined) {
    // What a user can act on; the stack, with the machine's paths, has no place in a report.
    const said = errors.split("\n").find((text) => /^(?:Uncaught )?\w*Error: /.test(text));
    throw new Error(`${basename(path)} failed (${code}): ${said ?? errors.trim().split("\n").at(-1)}`);
  }
  return JSON.parse(line) as Answer;
}
