import type { BenchTraining } from "@gan/core/cli";
import { type AnyBench, findVariants, loadBench } from "../variants/find-variants.js";

/** What both frameworks are trained on, for how long, and how their pictures are measured. */
export interface QualityCase extends BenchTraining {
  /** The variant. */
  gan: string;
  /** What differs from the preset, as the command's `--set` takes it. */
  settings: Readonly<Record<string, string | number>>;
  /** Pictures to generate; 0 for translators, which translate all that are held out. */
  count: number;
}

/** The trainings that a variant wants measured. */
export const createQualityCases = (gan: string, { cli, trainings }: AnyBench): QualityCase[] =>
  trainings.map((training) => ({
    settings: {},
    count: cli.createTranslator === undefined ? 10_000 : 0,
    ...training,
    gan,
  }));

/** Everything that is trained, of all variants of the workspace, by the name that `--case` takes. */
export async function listQualityCases(): Promise<QualityCase[]> {
  const variants = findVariants();
  const cases = await Promise.all(
    variants.map(async (variant) => createQualityCases(variant.name, await loadBench(variant))),
  );
  return cases.flat();
}
