import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, totalmem } from "node:os";
import type { DeviceReport } from "./rows.js";

const require = createRequire(import.meta.url);

/** The first line that a program prints; null where there is no such program. */
function ask(program: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 10_000 });
  return status === 0 ? (stdout.trim().split("\n")[0] ?? null) : null;
}

const readVersion = (name: string, from = require): string =>
  (JSON.parse(readFileSync(from.resolve(`${name}/package.json`), "utf8")) as { version: string }).version;

/** What a report says of the machine that it was measured on. */
export function describeMachine(): DeviceReport["machine"] {
  const card = ask("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")?.split(", ");
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 1e9),
    card: card?.[0] ?? null,
    driver: card?.[1] ?? null,
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    onnxruntime: readVersion("onnxruntime-node", createRequire(require.resolve("@gan/backend-ort"))),
    tfjs: readVersion("@tensorflow/tfjs-core"),
    commit: ask("git", "rev-parse", "HEAD") ?? "unknown",
    startedAt: new Date().toISOString(),
  };
}
