import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Runs a script of this folder, or a file by its whole path, as a process of its own.
 *
 * @param threads Of ONNX Runtime; 0: as many as it takes by itself.
 * @returns The last line of JSON that it prints.
 * @throws Error with the end of what it said, where it fails.
 */
export async function runScript<Answer>(
  script: string,
  args: readonly string[],
  threads = 0,
): Promise<Answer> {
  const path = script.startsWith("/") ? script : fileURLToPath(new URL(script, import.meta.url));
  const env = { ...process.env, ...(threads > 0 && { GAN_ORT_THREADS: String(threads) }) };
  const child = spawn(process.execPath, ["--import", "tsx", path, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-4000);
  });
  const [code] = (await once(child, "close")) as [number | null];
  const line = output.split("\n").findLast((text) => text.startsWith("{"));
  if (code !== 0 || line === undefined) {
    // What a user can act on; the stack, with the machine's paths, has no place in a report.
    const said = errors.split("\n").find((text) => /^(?:Uncaught )?\w*Error: /.test(text));
    throw new Error(`${script} failed (${code}): ${said ?? errors.trim().split("\n").at(-1)}`);
  }
  return JSON.parse(line) as Answer;
}
