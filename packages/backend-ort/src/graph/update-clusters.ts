import { sameShape, sizeOf } from "./shapes.js";
import type { GraphNode, Shape, Value } from "./types.js";

/** A variable's value before the graph, where it is read, and after. */
export interface Update {
  readonly input: Value | undefined;
  readonly output: Value;
}

/** Updates that read each other's variables elementwise: a weight's and its moments', for one. */
export interface UpdateCluster {
  readonly shape: Shape;
  /** Which updates, those of one kind in the same place in every cluster of the same key. */
  readonly members: readonly number[];
  /** Equal for clusters that compute alike and of which none needs another's results. */
  readonly key: string;
  /** Values that elementwise operators of this shape make from the variables' old values. */
  readonly region: ReadonlySet<Value>;
  /** What these operators take from elsewhere. */
  readonly leaves: ReadonlySet<Value>;
}

const ELEMENTWISE = new Set([
  "Abs",
  "Add",
  "Clip",
  "Div",
  "Identity",
  "Max",
  "Min",
  "Mul",
  "Neg",
  "Pow",
  "Reciprocal",
  "Sqrt",
  "Sub",
]);

/** Whether the value is one number that broadcasts with a tensor of this shape, of rank 1 or more. */
export const isScalar = (value: Value, shape: Shape): boolean =>
  value.shape.length <= shape.length && sizeOf(value.shape) === 1 && !sameShape(value.shape, shape);

/** Whether the node makes each element of its result, of this shape, from the elements at its place and scalars. */
export const isElementwise = (node: GraphNode, shape: Shape): boolean =>
  ELEMENTWISE.has(node.opType) &&
  node.domain === "" &&
  sameShape((node.outputs[0] as Value).shape, shape) &&
  node.outputs[0]?.dtype === "float32" &&
  node.inputs.every((input) => !input || sameShape(input.shape, shape) || isScalar(input, shape));

/** What elementwise operators make of variables' old values, up to one value. */
interface Region {
  readonly key: string;
  /** Updates whose old value it reads. */
  readonly reads: ReadonlySet<number>;
  readonly values: ReadonlySet<Value>;
  /** What it needs from elsewhere. */
  readonly leaves: ReadonlySet<Value>;
}

/**
 * @param nodes all nodes of the graph, in topological order
 * @param belongs which variables' updates are looked for, by their shape
 */
export function findUpdateClusters(
  updates: readonly Update[],
  nodes: readonly GraphNode[],
  belongs: (shape: Shape) => boolean,
): UpdateCluster[] {
  const regions = findRegions(
    updates,
    nodes,
    ({ dtype, shape }) => dtype === "float32" && shape.length > 0 && belongs(shape),
  );
  const clusters = linkUpdates(updates, regions);
  const levels = levelsOf(clusters, nodes);
  return clusters.flatMap(({ members, values, leaves, keys }, index): UpdateCluster[] => {
    const level = levels[index] as number;
    if (!Number.isFinite(level)) return [];
    const { shape } = (updates[members[0] as number] as Update).output;
    return [{ shape, members, key: `${level};${keys.join(";")}`, region: values, leaves }];
  });
}

/** The regions of updates' results, by index of update. */
function findRegions(
  updates: readonly Update[],
  nodes: readonly GraphNode[],
  belongs: (value: Value) => boolean,
): Map<number, Region> {
  const known = new Map<Value, Region>();
  for (const [index, { input }] of updates.entries()) {
    if (input && belongs(input))
      known.set(input, { key: "s", reads: new Set([index]), values: new Set(), leaves: new Set() });
  }
  for (const node of nodes) {
    const output = node.outputs[0] as Value;
    if (!belongs(output) || !isElementwise(node, output.shape)) continue;
    const parts = node.inputs.map((input) =>
      input && sameShape(input.shape, output.shape) ? known.get(input) : undefined,
    );
    if (parts.every((part) => part === undefined)) continue;
    const keys = node.inputs.map((input, at) => {
      const part = parts[at];
      if (part || !input) return part?.key ?? "";
      if (!isScalar(input, output.shape)) return "t";
      return input.constant ? "c" : `#${input.id}`;
    });
    const outside = node.inputs.filter((input, at): input is Value => input !== undefined && !parts[at]);
    const inner = parts.filter((part) => part !== undefined);
    known.set(output, {
      key: `${node.opType}${JSON.stringify(node.attributes)}(${keys})`,
      reads: new Set(inner.flatMap(({ reads }) => [...reads])),
      values: new Set([output, ...inner.flatMap(({ values }) => [...values])]),
      leaves: new Set([...outside, ...inner.flatMap(({ leaves }) => [...leaves])]),
    });
  }
  const results = new Map<number, Region>();
  for (const [index, { output }] of updates.entries()) {
    const region = output.producer && known.get(output);
    if (region) results.set(index, region);
  }
  return results;
}

interface Linked {
  readonly members: number[];
  readonly keys: string[];
  readonly values: Set<Value>;
  readonly leaves: Set<Value>;
  readonly results: Set<Value>;
}

/** Puts updates together that read a common variable. */
function linkUpdates(updates: readonly Update[], regions: ReadonlyMap<number, Region>): Linked[] {
  const parents = updates.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parents[root] !== root) root = parents[root] as number;
    return root;
  };
  for (const [index, { reads }] of regions) {
    for (const other of reads) parents[rootOf(other)] = rootOf(index);
  }
  const byRoot = new Map<number, number[]>();
  for (const index of regions.keys()) {
    const root = rootOf(index);
    byRoot.set(root, [...(byRoot.get(root) ?? []), index]);
  }
  const keyOf = (index: number): string => (regions.get(index) as Region).key;
  return [...byRoot.values()].map((indices): Linked => {
    const members = indices.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : a - b));
    const all = members.map((index) => regions.get(index) as Region);
    return {
      members,
      keys: all.map(({ key }) => key),
      values: new Set(all.flatMap(({ values }) => [...values])),
      leaves: new Set(all.flatMap(({ leaves }) => [...leaves])),
      results: new Set(members.map((index) => (updates[index] as Update).output)),
    };
  });
}

/**
 * The number of clusters on the longest path to each, so that none needs the results of one of the same level.
 * Infinite for clusters that need their own results by a way around.
 */
function levelsOf(clusters: readonly Linked[], nodes: readonly GraphNode[]): number[] {
  const levels = clusters.map(() => 0);
  const clusterOf = new Map<Value, number>();
  for (const [index, { results }] of clusters.entries())
    for (const result of results) clusterOf.set(result, index);
  for (let changed = true; changed; ) {
    changed = false;
    const reached = new Map<Value, number>();
    for (const node of nodes) {
      let level = 0;
      for (const input of node.inputs) if (input) level = Math.max(level, reached.get(input) ?? 0);
      for (const output of node.outputs) {
        const cluster = clusterOf.get(output);
        reached.set(output, cluster === undefined ? level : Math.max(level, levels[cluster] as number));
      }
    }
    for (const [index, { leaves, results }] of clusters.entries()) {
      let level = 0;
      for (const leaf of leaves)
        if (!results.has(leaf)) level = Math.max(level, (reached.get(leaf) ?? 0) + 1);
      if (level > clusters.length) level = Number.POSITIVE_INFINITY;
      if (level <= (levels[index] as number)) continue;
      levels[index] = level;
      changed = true;
    }
  }
  return levels;
}
