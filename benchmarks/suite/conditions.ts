import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, totalmem } from "node:os";
import type { Conditions, Machine, MachinePeaks } from "./rows.js";
import { runScript } from "./run-script.js";

const require = createRequire(import.meta.url);
const ofBackend = createRequire(require.resolve("@gan/backend-ort"));

const readVersion = (path: string) => (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;

function git(args: string[], folder = process.cwd()): string {
  const done = spawnSync("git", args, { encoding: "utf8", cwd: folder });
  return done.status === 0 ? done.stdout.trim() : "unknown";
}

/** Whether a working tree differs from its commit in more than results. */
export const hasChanges = (folder?: string): boolean =>
  git(["status", "--porcelain", "--", ":(top)", ":(top,exclude)benchmarks/results"], folder) !== "";

/** The machine, the versions and the time of a measurement. */
export function describeMachine(): Machine {
  const [processor] = cpus();
  return {
    processor: processor?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 1e9),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    onnxruntime: readVersion(ofBackend.resolve("onnxruntime-node/package.json")),
    tfjs: readVersion(require.resolve("@tensorflow/tfjs-core/package.json")),
    commit: git(["rev-parse", "HEAD"]),
    startedAt: new Date().toISOString(),
  };
}

/** What a report was made of, on what machine; measures the machine's peaks, which takes some ten seconds. */
export async function readConditions(threads: number): Promise<Conditions> {
  return {
    ...describeMachine(),
    threads: threads || availableParallelism(),
    isChanged: hasChanges(),
    peaks: await runScript<MachinePeaks>("machine-peaks.ts", [], { threads }),
  };
}
