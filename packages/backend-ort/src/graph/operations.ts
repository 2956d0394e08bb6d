import { sizeOf } from "./shapes.js";
import type { GraphNode, OnnxType, Shape } from "./types.js";

/** Floating point operations (a multiplication and an addition count two) of one run of these nodes. */
export function graphOperations(nodes: readonly GraphNode[]): number {
  let total = 0;
  for (const node of nodes) total += nodeOperations(node);
  return total;
}

/** Operations of a convolution or matrix product; 0 for everything else. */
export function nodeOperations(node: GraphNode): number {
  const output = node.outputs[0]?.shape ?? [];
  const [first, second] = node.inputs.map((input): Shape => input?.shape ?? []) as [Shape, Shape];
  switch (node.opType) {
    case "Conv": // every output element sums over the filter [O, I/groups, kh, kw] but its first axis
      return 2 * sizeOf(output) * sizeOf(second.slice(1));
    case "ConvTranspose": // every input element is scattered over the filter [I, O/groups, kh, kw]
      return 2 * sizeOf(first) * sizeOf(second.slice(1));
    case "MatMul":
      return 2 * sizeOf(output) * (first.at(-1) as number);
    case "Gemm":
    case "FusedMatMul": {
      const transposed = Boolean(node.attributes["transA"]);
      return 2 * sizeOf(output) * (first.at(transposed ? -2 : -1) as number);
    }
    default:
      return 0;
  }
}

/** Bytes of tensors that nodes read and write in a run. */
export interface GraphBytes {
  /** Of convolutions and matrix products. */
  readonly products: number;
  /** Of all other nodes. */
  readonly others: number;
}

const elementBytes: Readonly<Record<OnnxType, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  int64: 8,
  float64: 8,
};

/** Operators that move nothing: they give the same memory another shape. */
const free = new Set(["Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity", "Shape"]);

/** Bytes of the operands and results of these nodes, each counted at every node that it passes. */
export function graphBytes(nodes: readonly GraphNode[]): GraphBytes {
  let [products, others] = [0, 0];
  for (const node of nodes) {
    if (free.has(node.opType)) continue;
    let bytes = 0;
    for (const value of [...node.inputs, ...node.outputs]) {
      if (value !== undefined) bytes += sizeOf(value.shape) * elementBytes[value.dtype];
    }
    if (nodeOperations(node) > 0) products += bytes;
    else others += bytes;
  }
  return { products, others };
}
