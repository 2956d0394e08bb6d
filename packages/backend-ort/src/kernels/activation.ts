import type { GraphBuilder } from "../graph/builder.js";
import { float, type Value } from "../graph/types.js";
import { clip } from "./elementwise.js";

/** What tfjs's fused kernels may end with. */
export interface Activation {
  readonly name: string;
  /** Slope below zero of leaky ReLU. */
  readonly alpha: number;
}

const NAMES = new Set(["linear", "relu", "relu6", "elu", "prelu", "leakyrelu", "sigmoid"]);

/** A fused kernel's activation from its attributes, undefined when it has no lowering. */
export function activationOf(attributes: {
  readonly activation?: string | null;
  readonly leakyreluAlpha?: number | null;
}): Activation | undefined {
  const name = attributes.activation ?? "linear";
  return NAMES.has(name) ? { name, alpha: attributes.leakyreluAlpha ?? 0.2 } : undefined;
}

/** Applies the activation; `slopes` are prelu's, broadcasting with x. */
export function activate(
  graph: GraphBuilder,
  x: Value,
  activation: Activation,
  slopes: Value | undefined,
): Value {
  switch (activation.name) {
    case "relu":
      return graph.unary("Relu", x);
    case "relu6":
      return clip(graph, x, 0, 6);
    case "elu":
      return graph.unary("Elu", x);
    case "leakyrelu":
      return graph.unary("LeakyRelu", x, { alpha: float(activation.alpha) });
    case "sigmoid":
      return graph.unary("Sigmoid", x);
    case "prelu":
      return slopes ? graph.op("PRelu", [x, slopes], {}, { shape: x.shape, dtype: "float32" }) : x;
    default:
      return x;
  }
}
