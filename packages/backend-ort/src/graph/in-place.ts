import type { GraphNode, Value } from "./types.js";

/** Operators that write an element only after they read that element of every input of the output's shape. */
const ELEMENTWISE = new Set(["Add", "Sub", "Mul", "Div"]);

/**
 * Which outputs of a graph may be written over an input that they replace: those before which every node that
 * reads the input has run, in any order that ONNX Runtime may choose.
 *
 * @param nodes in topological order
 * @param pairs an output and the input that it replaces, of one shape and dtype
 * @returns the pairs that are safe
 */
export function findInPlace<Pair extends { readonly output: Value; readonly input: Value }>(
  nodes: readonly GraphNode[],
  pairs: readonly Pair[],
): Pair[] {
  const readers = new Map<Value, GraphNode[]>();
  const makers = new Map<Value, GraphNode>();
  for (const node of nodes) {
    for (const output of node.outputs) makers.set(output, node);
    for (const input of new Set(node.inputs)) {
      if (!input) continue;
      const known = readers.get(input);
      if (known) known.push(node);
      else readers.set(input, [node]);
    }
  }
  /** Nodes that read the value's memory; a reshape is the same memory under another name. */
  const readersOfMemory = (value: Value): GraphNode[] =>
    (readers.get(value) ?? []).flatMap((node) =>
      node.opType === "Reshape" ? [node, ...readersOfMemory(node.outputs[0] as Value)] : [node],
    );
  return pairs.filter(({ output, input }) => {
    const maker = makers.get(output);
    if (!maker || !ELEMENTWISE.has(maker.opType)) return false;
    const before = ancestorsOf(maker, makers);
    return readersOfMemory(input).every((reader) => reader === maker || before.has(reader));
  });
}

function ancestorsOf(node: GraphNode, makers: ReadonlyMap<Value, GraphNode>): Set<GraphNode> {
  const found = new Set<GraphNode>();
  const stack = [node];
  for (let next = stack.pop(); next; next = stack.pop()) {
    for (const input of next.inputs) {
      const maker = input && makers.get(input);
      if (!maker || found.has(maker)) continue;
      found.add(maker);
      stack.push(maker);
    }
  }
  return found;
}
