import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuNodesInProfile } from "../providers/placement.js";
import type { NativeSession } from "./ort.js";

/** Probes of sessions that have not run yet. */
const waiting = new Set<PlacementProbe>();

function removeAll(): void {
  for (const probe of waiting) probe.remove();
}

/**
 * Finds out which nodes of a session ONNX Runtime runs on the CPU although another provider was chosen, by
 * profiling its first run: nothing else tells. Has a folder for temporary files until {@link finish} or {@link remove}.
 */
export class PlacementProbe {
  private readonly folder = mkdtempSync(join(tmpdir(), "gan-ort-placement-"));

  /** To be spread into the session's options. */
  readonly sessionOptions = { enableProfiling: true, profileFilePrefix: join(this.folder, "profile") };

  constructor() {
    if (waiting.size === 0) process.once("exit", removeAll);
    waiting.add(this);
  }

  /**
   * Ends the profiling.
   * @returns how many nodes of each operator ran on the CPU, most frequent first
   */
  finish(session: NativeSession): Record<string, number> {
    session.endProfiling();
    const counts = new Map<string, number>();
    for (const file of readdirSync(this.folder)) {
      for (const { operator } of cpuNodesInProfile(readFileSync(join(this.folder, file), "utf8"))) {
        counts.set(operator, (counts.get(operator) ?? 0) + 1);
      }
    }
    this.remove();
    return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
  }

  remove(): void {
    waiting.delete(this);
    if (waiting.size === 0) process.removeListener("exit", removeAll);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
