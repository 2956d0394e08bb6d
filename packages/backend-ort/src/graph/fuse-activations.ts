import { isBlockedConv } from "./blocked.js";
import { countReaders } from "./fuse-sums.js";
import { type Attributes, floats, type GraphNode, type Value } from "./types.js";

/** Attributes by which ONNX Runtime's blocked convolution applies an activation to its result. */
function activationAttributes(node: GraphNode): Attributes | undefined {
  switch (node.opType) {
    case "Relu":
    case "Tanh":
    case "Sigmoid":
      return { activation: node.opType };
    case "LeakyRelu": {
      const alpha = node.attributes["alpha"] as { float: number };
      return { activation: "LeakyRelu", activation_params: floats([alpha.float]) };
    }
    case "Clip": {
      const [least, most] = [node.inputs[1]?.constant?.splat, node.inputs[2]?.constant?.splat];
      if (least === undefined || most === undefined) return undefined;
      return { activation: "Clip", activation_params: floats([least, most]) };
    }
    default:
      return undefined;
  }
}

/**
 * Lets blocked convolutions apply the activation that is their result's only reader: one pass over the images
 * less. Nodes come and go in topological order.
 */
export function fuseActivations(nodes: readonly GraphNode[], outputs: readonly Value[]): GraphNode[] {
  const readers = countReaders(nodes, outputs);
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const replaced = new Map<GraphNode, GraphNode | undefined>();
  for (const node of nodes) {
    const attributes = activationAttributes(node);
    const input = node.inputs[0];
    const convolution = input && makers.get(input);
    if (!attributes || !input || convolution === undefined || !isBlockedConv(convolution)) continue;
    if (readers.get(input) !== 1 || "activation" in convolution.attributes) continue;
    replaced.set(convolution, undefined);
    replaced.set(node, {
      ...convolution,
      attributes: { ...convolution.attributes, ...attributes },
      outputs: node.outputs,
      origin: `${convolution.origin} + ${node.origin}`,
    });
  }
  return nodes
    .map((node) => (replaced.has(node) ? replaced.get(node) : node))
    .filter((node) => node !== undefined);
}
