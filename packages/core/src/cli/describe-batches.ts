/** What {@link describeBatches} reads of a run's configuration. */
export interface BatchedConfig {
  /** The variant's own section. */
  model: unknown;
  /** Of it only the pictures of a batch, 1 or more. */
  training: { batchSize: number };
}

/**
 * The pictures of a batch, for people: `32`, or `8 to 128` of a variant that grows, whose batches are in `model.batchSizes` by
 * side instead of in `training.batchSize`.
 */
export function describeBatches({ model, training }: BatchedConfig): string {
  const { batchSizes } = model as { batchSizes?: Readonly<Record<string, number>> };
  const sizes = Object.values(batchSizes ?? { all: training.batchSize });
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return least === most ? `${least}` : `${least} to ${most}`;
}
