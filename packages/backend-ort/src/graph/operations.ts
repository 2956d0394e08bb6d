import { sizeOf } from "./shapes.js";
import type { GraphNode, Shape } from "./types.js";

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
