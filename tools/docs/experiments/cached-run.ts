import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RingCase, type RingRun, ringSettings, runRing } from "./ring.js";

const folder = join(import.meta.dirname, "..", ".cache", "ring");

/** A run on the ring, or what it came to before: the same settings and seed give the same. */
export async function runRingOnce(one: RingCase, seed: number): Promise<RingRun> {
  const settings = JSON.stringify([one.stabilisers, ringSettings]);
  const hash = createHash("sha256").update(settings).digest("hex").slice(0, 12);
  const file = join(folder, `${one.name}-${seed}-${hash}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const run = await runRing(one, seed);
  const plain = {
    ...run,
    snapshots: run.snapshots.map((one) => ({ ...one, points: Array.from(one.points) })),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(plain));
  return run;
}
