import type { Tensor } from "@tensorflow/tfjs-core";
import type { Random } from "../random/index.js";
import { BatchNorm } from "./batch-norm.js";
import type { ForwardContext } from "./forward-context.js";
import { InstanceNorm, LayerNorm } from "./group-norm.js";
import { Module } from "./module.js";

/** The normalisations that a network can be configured with. */
export const normNames = ["batch", "instance", "layer", "none"] as const;

/** One of {@link normNames}. */
export type NormName = (typeof normNames)[number];

/** A module that normalises. */
export type Norm = Module & { forward<T extends Tensor>(x: T, ctx: ForwardContext): T };

/** Leaves x as it is. */
class NoNorm extends Module {
  forward<T extends Tensor>(x: T): T {
    return x;
  }
}

/**
 * A normalisation by name: {@link BatchNorm}, {@link InstanceNorm} without affine, {@link LayerNorm} or
 * nothing. A convolution needs no bias in front of `batch` and `instance`.
 */
export function createNorm(name: NormName, channels: number, random: Random): Norm {
  switch (name) {
    case "batch":
      return new BatchNorm({ channels, random });
    case "instance":
      return new InstanceNorm({ channels });
    case "layer":
      return new LayerNorm({ channels });
    case "none":
      return new NoNorm();
  }
}
