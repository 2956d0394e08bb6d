import type { ThroughputCase } from "../throughput/cases.js";
import type { AnyBench } from "../variants/find-variants.js";
import { measureSpeed, type SpeedOptions } from "./measure-speed.js";
import type { ScalingRow } from "./rows.js";

/** A step at other batches, and at other sides of its pictures where its networks can be built for them. */
export function scaleCase(
  { cli, withBatch }: Pick<AnyBench, "cli" | "withBatch">,
  one: ThroughputCase,
): ThroughputCase[] {
  const batches = [...new Set([1, Math.ceil(one.batch / 4), one.batch, one.batch * 2, one.batch * 4])].map(
    (batch) => ({ ...one, batch, model: withBatch?.(one.model, batch) ?? one.model }),
  );
  const sides = [one.side / 2, one.side * 2].flatMap((side) => {
    // A variant refuses sides that it has no networks for.
    const parsed = cli.modelSchema.safeParse({ ...one.model, imageSize: side });
    return parsed.success ? [{ ...one, side, model: parsed.data }] : [];
  });
  return [...batches, ...sides];
}

/** Times a step at several sizes, briefly. A size that fails is told and left out. */
export async function measureScaling(
  bench: AnyBench,
  one: ThroughputCase,
  options: SpeedOptions,
): Promise<ScalingRow[]> {
  const rows: ScalingRow[] = [];
  for (const scaled of scaleCase(bench, one)) {
    const { side, batch, gan } = scaled;
    try {
      const { speed, stepMs } = await measureSpeed(scaled, { ...options, rounds: 1, peers: [] });
      const { imagesPerSecond, peakMemoryMB, predictedMs } = speed;
      rows.push({ variant: gan, side, batch, stepMs, imagesPerSecond, peakMemoryMB, predictedMs });
    } catch (error) {
      options.log(`${side}×${side}, batch ${batch} fails: ${(error as Error).message}`);
    }
  }
  return rows;
}
