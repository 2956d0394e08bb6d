import { isBlockedConv } from "./blocked.js";
import { countReaders } from "./fuse-sums.js";
import type { GraphNode, Value } from "./types.js";

/** Whether a node adds a number to each channel of a blocked image, and perhaps another image, and scales nothing. */
function isShift(node: GraphNode): boolean {
  const [x, filter, bias] = node.inputs;
  if (!isBlockedConv(node) || !x || !bias || filter?.constant?.splat !== 1) return false;
  return node.attributes["group"] === x.shape[1] && filter.shape.slice(1).join() === "1,1,1";
}

/** `maker` with what `shift` adds to its result; undefined where it adds and activates already. */
function shifted(maker: GraphNode, shift: GraphNode): GraphNode | undefined {
  const [x, filter, bias, sum] = maker.inputs;
  const [, , offset, other] = shift.inputs;
  if (!isBlockedConv(maker) || bias || (sum && other) || "activation" in maker.attributes) return undefined;
  const { activation, activation_params } = shift.attributes;
  return {
    ...maker,
    inputs: [x, filter, offset, ...(sum || other ? [sum ?? other] : [])],
    attributes: {
      ...maker.attributes,
      ...(activation !== undefined && { activation }),
      ...(activation_params !== undefined && { activation_params }),
    },
    outputs: shift.outputs,
    origin: `${maker.origin} + ${shift.origin}`,
  };
}

/**
 * Lets blocked convolutions add the bias that is added to their result, where that is the result's only reader: one
 * pass over the images less. Nodes come and go in topological order.
 */
export function fuseBiases(nodes: readonly GraphNode[], outputs: readonly Value[]): GraphNode[] {
  const readers = countReaders(nodes, outputs);
  /** By the value that a node makes: that node as it stands now. */
  const current = new Map<Value, GraphNode>();
  const dropped = new Set<GraphNode>();
  const result = nodes.map((node) => {
    const [x] = node.inputs;
    const maker = x && isShift(node) && readers.get(x) === 1 ? current.get(x) : undefined;
    const fused = maker && shifted(maker, node);
    if (fused) dropped.add(maker);
    for (const output of node.outputs) current.set(output, fused ?? node);
    return fused ?? node;
  });
  return result.filter((node) => !dropped.has(node));
}
