import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readJson, root } from "./workspace.mjs";

const folder = join(root, ".turbo", "runs");

/** Forgets earlier runs' summaries. */
export const clearSummaries = () => rmSync(folder, { recursive: true, force: true });

/**
 * How each task of the last `turbo run --summarize` ended.
 * @returns {Map<string, { exitCode: number | undefined, cached: boolean }>} by task ("@gan/core#test");
 *   exitCode is undefined when the task did not run; empty when turbo wrote no summary
 */
export function readSummary() {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
  const tasks = files.flatMap((file) => readJson(join(folder, file)).tasks ?? []);
  return new Map(
    tasks.map((task) => [
      task.taskId,
      { exitCode: task.execution?.exitCode ?? undefined, cached: task.cache?.status === "HIT" },
    ]),
  );
}
