import type { GraphBuilder } from "./builder.js";
import type { Term } from "./linear.js";
import type { Value } from "./types.js";

/**
 * A memory layout for images in which convolutions and what stands between them run. A tensor within it is
 * declared as [N, C, H, W], whatever the order of its elements; outside, images are NHWC.
 */
export interface ImageSpace {
  /** From NHWC. */
  enter(graph: GraphBuilder, x: Value): Value;
  /** From plain NCHW. */
  enterChannelsFirst(graph: GraphBuilder, x: Value): Value;
  /** To NHWC. */
  leave(graph: GraphBuilder, physical: Value): Value;
  /** To plain NCHW. */
  leaveChannelsFirst(graph: GraphBuilder, physical: Value): Value;
  /** Σ scaleₖ ⊙ baseₖ + bias with coefficients [], [C] or [N · C]; at least one term. */
  combine(graph: GraphBuilder, terms: readonly Term[], bias: Value | undefined): Value;
  /** Sum over batch, height and width: [C]. With one image this is the sum of each image, see {@link asOneImage}. */
  sum(graph: GraphBuilder, x: Value): Value;
  /** Sum of x ⊙ y over batch, height and width: [C]. */
  dot(graph: GraphBuilder, x: Value, y: Value): Value;
  /** 1 where x > 0, alpha elsewhere; 0 ≤ alpha ≤ 1. */
  slope(graph: GraphBuilder, x: Value, alpha: number): Value;
}

/** The channels of all images [N, C, H, W] as those of one, [1, N · C, H, W]: the same memory in every space. */
export function asOneImage(graph: GraphBuilder, x: Value): Value {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  return graph.reshape(x, [1, batch * channels, height, width]);
}

/** Whether a coefficient has one number for each channel of each of several images. */
export const isPerImage = (coefficient: Value | undefined, x: Value): boolean =>
  coefficient !== undefined && (coefficient.shape[0] ?? 1) > (x.shape[1] as number);
