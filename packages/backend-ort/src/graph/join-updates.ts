import { reachableNodes } from "../onnx/write-model.js";
import type { GraphBuilder } from "./builder.js";
import { sizeOf } from "./shapes.js";
import type { GraphNode, Value } from "./types.js";
import {
  findUpdateClusters,
  isElementwise,
  isScalar,
  type Update,
  type UpdateCluster,
} from "./update-clusters.js";

/** Updates of several variables that became one, on a vector that holds them one after the other. */
export interface JoinedUpdate {
  /** All old values; undefined when the new ones do not need them. */
  readonly input: Value | undefined;
  /** All new values. */
  readonly output: Value;
  /** Which of the given updates, in the order of the vector. */
  readonly members: readonly number[];
}

/**
 * Joins updates of small variables that are alike, such as an optimizer's for every bias and norm: what was a
 * chain of elementwise operators for each becomes one for all, with the same result to the last bit. The
 * variables' own values before and after become parts of vectors where the rest of the graph reads them.
 *
 * @param updates variables' values before and after; others than small float32 ones are left alone
 * @param outputs everything that the graph shall compute
 */
export function joinUpdates(
  graph: GraphBuilder,
  updates: readonly Update[],
  outputs: readonly Value[],
): JoinedUpdate[] {
  if (graph.without.has("joining")) return [];
  const groups = new Map<string, UpdateCluster[]>();
  for (const cluster of findUpdateClusters(updates, reachableNodes(outputs))) {
    const group = groups.get(cluster.key);
    if (group) group.push(cluster);
    else groups.set(cluster.key, [cluster]);
  }
  graph.origin = "joined updates";
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .flatMap((group) => joinGroup(graph, updates, group));
}

function joinGroup(
  graph: GraphBuilder,
  updates: readonly Update[],
  group: readonly UpdateCluster[],
): JoinedUpdate[] {
  const roles = (group[0] as UpdateCluster).members.map((_, role) =>
    group.map(({ members }) => members[role] as number),
  );
  const writer = new JointWriter(graph, group);
  const inputs = roles.map((members) => {
    const values = members.map((member) => (updates[member] as Update).input);
    return values.every((value) => value !== undefined) ? writer.input(values) : undefined;
  });
  const joined = roles.map((members, role): JoinedUpdate => {
    const output = writer.join(members.map((member) => (updates[member] as Update).output));
    return { input: inputs[role], output: output.producer ? output : graph.copy(output), members };
  });
  // Only now: what was written above still found the old producers.
  for (const { input, output, members } of joined) {
    const olds = members.map((member) => (updates[member] as Update).input);
    if (input) graph.redefine(input, olds as Value[]);
    graph.redefine(
      output,
      members.map((member) => (updates[member] as Update).output),
    );
  }
  return joined;
}

/** Writes operators on vectors that do what operators on their parts did. */
class JointWriter {
  private readonly known = new Map<string, Value>();
  private readonly sizes: readonly number[];
  private readonly total: number;

  constructor(
    private readonly graph: GraphBuilder,
    private readonly group: readonly UpdateCluster[],
  ) {
    this.sizes = group.map(({ shape }) => sizeOf(shape));
    this.total = this.sizes.reduce((sum, size) => sum + size, 0);
  }

  /** An input of the graph that holds all of `values`. */
  input(values: readonly Value[]): Value {
    const joint = this.graph.input({ dtype: "float32", shape: [this.total] });
    this.known.set(keyOf(values), joint);
    return joint;
  }

  /** One value for each cluster, of its shape, as parts of a vector. */
  join(values: readonly Value[]): Value {
    const key = keyOf(values);
    let joint = this.known.get(key);
    if (!joint) {
      joint = this.joinOperator(values) ?? this.concatenate(values);
      this.known.set(key, joint);
    }
    return joint;
  }

  /** The operator that made all of the values, on joint operands; undefined when they were made differently. */
  private joinOperator(values: readonly Value[]): Value | undefined {
    const nodes = values.map(({ producer }) => producer);
    const [first] = nodes;
    if (!first) return undefined;
    const attributes = JSON.stringify(first.attributes);
    const alike = nodes.every(
      (node, index): node is GraphNode =>
        node !== undefined &&
        isElementwise(node, (this.group[index] as UpdateCluster).shape) &&
        node.opType === first.opType &&
        node.inputs.length === first.inputs.length &&
        JSON.stringify(node.attributes) === attributes,
    );
    if (!alike) return undefined;
    const dependent = values.every((value, index) => (this.group[index] as UpdateCluster).region.has(value));
    const operands: (Value | undefined)[] = [];
    const tensors = new Set<Value>();
    for (let at = 0; at < first.inputs.length; at++) {
      const column = nodes.map((node) => (node as GraphNode).inputs[at]);
      const scalar = this.joinScalars(column);
      if (scalar) operands.push(scalar.value);
      else if (column.some((value, index) => !value || this.isScalarOf(value, index))) return undefined;
      else {
        tensors.add(column[0] as Value);
        // An operator of two tensors that come from elsewhere: one concatenation of its results is less.
        if (tensors.size > 1 && !dependent) return undefined;
        operands.push(this.join(column as Value[]));
      }
    }
    const output = { shape: [this.total], dtype: "float32" } as const;
    return this.graph.op(first.opType, operands, first.attributes, output, first.domain);
  }

  private isScalarOf(value: Value, index: number): boolean {
    return isScalar(value, (this.group[index] as UpdateCluster).shape);
  }

  /** Scalar operands: the one that all share, or constants that differ as a vector. */
  private joinScalars(column: readonly (Value | undefined)[]): { value: Value | undefined } | undefined {
    const [first] = column;
    if (column.every((value) => value === first) && (!first || this.isScalarOf(first, 0)))
      return { value: first };
    const splats = column.map((value, index) =>
      value && this.isScalarOf(value, index) ? value.constant?.splat : undefined,
    );
    if (splats.some((splat) => splat === undefined)) return undefined;
    const vector = new Float32Array(this.total);
    let offset = 0;
    for (const [index, splat] of splats.entries()) {
      const end = offset + (this.sizes[index] as number);
      vector.fill(splat as number, offset, end);
      offset = end;
    }
    return { value: this.graph.constant("float32", [this.total], vector) };
  }

  private concatenate(values: readonly Value[]): Value {
    const flat = values.map((value, index) => this.graph.reshape(value, [this.sizes[index] as number]));
    return this.graph.concat(flat, 0);
  }
}

const keyOf = (values: readonly Value[]): string => values.map(({ id }) => id).join();
