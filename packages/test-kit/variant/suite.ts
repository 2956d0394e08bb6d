import type { Random, TensorRecord, Variant } from "@gan/core";

/** How many trainable numbers each network of a full-size variant has in an implementation that counts as the reference. */
export interface ParameterReference<Network extends string, Batch extends TensorRecord> {
  /** Whose numbers they are, for example `pytorch/examples, 64 px, 64 features`. */
  source: string;
  create(): Variant<Network, Batch>;
  counts: Readonly<Partial<Record<Network, number>>>;
}

/** How a variant learns eight pictures by heart. */
export interface OverfitPlan<Network extends string, Batch extends TensorRecord> {
  /** Small, but able to. Default: the suite's `create`. */
  create?(seed: number): Variant<Network, Batch>;
  /** The batch of every step: its `referenceImages` are eight pictures, once or several times over. */
  createBatch(): Batch;
  steps: number;
}

/** What a variant's conformance suite needs to know. Networks are tiny: the whole suite takes a few seconds. */
export interface VariantSuite<Network extends string, Batch extends TensorRecord> {
  /**
   * `generator`: noise decides; `conditional`: noise and `SampleRequest.condition`, of `classes`;
   * `translator`: the batch decides.
   */
  kind: "generator" | "conditional" | "translator";
  /** Number of classes of a conditional variant. */
  classes?: number;
  /** A tiny variant with fresh weights from the seed. */
  create(seed: number): Variant<Network, Batch>;
  batchSize: number;
  /** A batch of random pictures. */
  createBatch(random: Random): Batch;
  /** Height, width and channels of the pictures that `sample` gives. */
  pictureShape: readonly [height: number, width: number, channels: number];
  /** At least one. */
  references: readonly ParameterReference<Network, Batch>[];
  /** Parameters, as `<network>.<name>`, that a first step rightly leaves as they are. Default: none. */
  unmoved?: readonly string[];
  overfit: OverfitPlan<Network, Batch>;
}
