import { isBlockedConv } from "./blocked.js";
import type { GraphNode, Value } from "./types.js";

/** Counts how often each value is read, the graph's outputs included. */
export function countReaders(nodes: readonly GraphNode[], outputs: readonly Value[]): Map<Value, number> {
  const readers = new Map<Value, number>();
  for (const value of [...outputs, ...nodes.flatMap((node) => node.inputs)]) {
    if (value) readers.set(value, (readers.get(value) ?? 0) + 1);
  }
  return readers;
}

/** The node with `other` added to its result, where its operator can do that; undefined where it cannot. */
function adding(node: GraphNode, other: Value): GraphNode | undefined {
  if (node.opType === "Gemm" && node.inputs.length === 2) return { ...node, inputs: [...node.inputs, other] };
  if (!isBlockedConv(node) || node.inputs.length > 3 || "activation" in node.attributes) return undefined;
  return { ...node, inputs: [node.inputs[0], node.inputs[1], node.inputs[2], other] };
}

/**
 * Lets matrix products and blocked convolutions add a tensor of their result's shape, where that sum is their
 * result's only reader: one pass less. Nodes come and go in topological order.
 */
export function fuseSums(nodes: readonly GraphNode[], outputs: readonly Value[]): GraphNode[] {
  const readers = countReaders(nodes, outputs);
  /** By the value that a node makes: that node as it stands now. */
  const current = new Map<Value, GraphNode>();
  const dropped = new Set<GraphNode>();
  const result = nodes.map((node) => {
    const fused = node.opType === "Add" ? fuse(node) : undefined;
    for (const output of node.outputs) current.set(output, fused ?? node);
    return fused ?? node;
  });
  return result.filter((node) => !dropped.has(node));

  function fuse(node: GraphNode): GraphNode | undefined {
    const [a, b] = node.inputs as readonly [Value, Value];
    if (a === b || a.shape.join() !== b.shape.join()) return undefined;
    // The later of two candidates, whose operands are all there.
    for (const [own, other] of a.id > b.id
      ? [[a, b] as const, [b, a] as const]
      : [[b, a] as const, [a, b] as const]) {
      const maker = current.get(own);
      const fused = maker && readers.get(own) === 1 ? adding(maker, other) : undefined;
      if (!fused) continue;
      dropped.add(maker as GraphNode);
      return { ...fused, outputs: node.outputs, origin: `${fused.origin} + ${node.origin}` };
    }
    return undefined;
  }
}
