import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TensorRecord } from "@gan/core";
import { setBackend } from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import type { VariantSuite } from "../suite.js";
import { sampleCheckpoint, trainInto } from "./resume.js";

/** Of losses and of pictures in [-1, 1]. */
const tolerance = 1e-3;

/**
 * A checkpoint that one backend left fills networks on the other, which sample the same pictures; training goes on from it
 * with the same losses to the same pictures, each within 1e-3. From each of two backends to the other.
 */
export async function checkMove<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
  backends: readonly [string, string],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gan-move-"));
  try {
    for (const [from, to] of [backends, [...backends].reverse() as [string, string]]) {
      const [stays, moves] = [join(folder, `${from}-stays`), join(folder, `${from}-moves`)];
      await setBackend(from);
      await trainInto(suite, stays, 2);
      await cp(stays, moves, { recursive: true });
      const finish = async (backend: string, run: string) => {
        await setBackend(backend);
        const before = await sampleCheckpoint(suite, run);
        const losses: number[][] = [];
        await trainInto(suite, run, undefined, losses);
        return { before, losses: losses.flat(), after: await sampleCheckpoint(suite, run) };
      };
      const [expected, found] = [await finish(from, stays), await finish(to, moves)];
      expect(found.losses.length).toBeGreaterThan(0);
      for (const key of ["before", "losses", "after"] as const) {
        const differences = [...found[key]].map((value, index) =>
          Math.abs(value - (expected[key][index] as number)),
        );
        expect(Math.max(...differences), `${key}, from ${from} to ${to}`).toBeLessThan(tolerance);
      }
    }
  } finally {
    await setBackend(backends[0]);
    await rm(folder, { recursive: true });
  }
}
