import { type BatchSource, Random, type TensorRecord, type Variant } from "@gan/core";
import type { RunConfig } from "@gan/core/cli";
import { type AnyModel, findVariant, loadBench } from "../variants/find-variants.js";

/** A run's variant with the weights that it began with, and its data. */
export interface OpenedRun {
  variant: Variant<string, TensorRecord>;
  data: BatchSource<TensorRecord>;
  /** Side of the pictures after so many images. */
  sideAt(imagesSeen: number): number;
  close(): Promise<void>;
}

/**
 * Opens what a run was trained on, and its untrained networks.
 *
 * @param grown Images after which a growing variant makes its pictures, although its weights are untrained.
 */
export async function openRun(gan: string, config: unknown, grown: number): Promise<OpenedRun> {
  const { cli, sideAt, grow } = await loadBench(findVariant(gan));
  const run = config as RunConfig<AnyModel>;
  const { model, training } = run;
  const variant = cli.create(model, training.seed);
  grow?.(variant, grown);
  const data = await cli.openData(run, new Random(training.seed).fork("data"), { warn: console.error });
  return {
    variant: variant as Variant<string, TensorRecord>,
    data,
    sideAt: (imagesSeen) => sideAt?.(model, imagesSeen) ?? model.imageSize,
    close: async () => data.close?.(),
  };
}
