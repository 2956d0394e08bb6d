import { type AnyBench, type AnyModel, findVariants, loadBench } from "../variants/find-variants.js";
import { readPreset } from "../variants/read-preset.js";

/** A training step to be timed. */
export interface ThroughputCase {
  name: string;
  /** The variant. */
  gan: string;
  /** What is special about it, for a table. */
  about: string;
  /** The variant's whole configuration. */
  model: AnyModel;
  /** Pictures in a step. */
  batch: number;
  /** Steps in which every lazy phase falls due as often as it should; times are those of one step. */
  cycle: number;
  /** Of the pictures, in pixels. */
  side: number;
  /** Of a growing variant: 0 for 4×4. Default: the last. */
  level?: number | undefined;
  /** How far that level has faded in. Default: it stays. */
  fade?: number | undefined;
  /** Whether only a few steps are timed, with PyTorch at two threads. */
  isLong: boolean;
  /** Whether nothing is compared with. */
  isAlone: boolean;
}

/** The steps that a variant wants timed, with whole configurations. */
export function createCases(gan: string, { cli, steps, withBatch }: AnyBench): ThroughputCase[] {
  return steps.map(
    ({ name, about, preset, model: changes, batch, cycle = 1, side, level, fade, ...kind }) => {
      const { model: given, training } = preset === undefined ? {} : readPreset(cli, preset);
      const parsed = cli.modelSchema.parse({ ...given, ...changes });
      // The configurations of growing variants have their batches.
      const model = batch === undefined ? parsed : (withBatch?.(parsed, batch) ?? parsed);
      const { isLong = false, isAlone = false } = kind;
      return {
        ...{ name, gan, about, model, cycle, level, fade, isLong, isAlone },
        batch: batch ?? training?.batchSize ?? 1,
        side: side ?? model.imageSize,
      };
    },
  );
}

/** Everything that is timed, of all variants of the workspace, by the name that `--only` takes. */
export async function listCases(): Promise<ThroughputCase[]> {
  const variants = findVariants();
  const cases = await Promise.all(
    variants.map(async (variant) => createCases(variant.name, await loadBench(variant))),
  );
  return cases.flat();
}
