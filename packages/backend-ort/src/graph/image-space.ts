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
  /** Σ scaleₖ ⊙ baseₖ + bias with coefficients [C] or []; at least one term. */
  combine(graph: GraphBuilder, terms: readonly Term[], bias: Value | undefined): Value;
  /** Sum over batch, height and width: [C]. */
  sum(graph: GraphBuilder, x: Value): Value;
  /** Sum of x ⊙ y over batch, height and width: [C]. */
  dot(graph: GraphBuilder, x: Value, y: Value): Value;
  /** 1 where x > 0, alpha elsewhere; 0 ≤ alpha ≤ 1. */
  slope(graph: GraphBuilder, x: Value, alpha: number): Value;
}
