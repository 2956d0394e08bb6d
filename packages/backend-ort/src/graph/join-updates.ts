import { reachableNodes } from "../onnx/write-model.js";
import type { GraphBuilder } from "./builder.js";
import { sizeOf } from "./shapes.js";
import type { Value } from "./types.js";
import { findUpdateClusters, type Update, type UpdateCluster } from "./update-clusters.js";
import { type MovedUpdate, UpdateWriter } from "./update-writer.js";

/** Larger variables gain nothing: their operators' own time exceeds what calling one costs. */
const SMALL = 16384;

/** What bounds {@link joinUpdates}. */
export interface JoinLimits {
  /** Elements of the largest variable that is joined. */
  readonly largest: number;
  /** How many parts a vector is taken apart into by one operator. */
  readonly parts: number;
}

const onProcessor: JoinLimits = { largest: SMALL, parts: Number.POSITIVE_INFINITY };

export const isSmall = (shape: readonly number[]): boolean => sizeOf(shape) <= SMALL;

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
  limits = onProcessor,
): MovedUpdate[] {
  if (graph.without.has("joining")) return [];
  const groups = new Map<string, UpdateCluster[]>();
  const isJoined = (shape: readonly number[]) => sizeOf(shape) <= limits.largest;
  for (const cluster of findUpdateClusters(updates, reachableNodes(outputs), isJoined)) {
    const group = groups.get(cluster.key);
    if (group) group.push(cluster);
    else groups.set(cluster.key, [cluster]);
  }
  graph.origin = "joined updates";
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .flatMap((group) => joinGroup(graph, updates, group, limits.parts));
}

function joinGroup(
  graph: GraphBuilder,
  updates: readonly Update[],
  group: readonly UpdateCluster[],
  mostParts: number,
): MovedUpdate[] {
  const roles = (group[0] as UpdateCluster).members.map((_, role) =>
    group.map(({ members }) => members[role] as number),
  );
  const sizes = group.map(({ shape }) => sizeOf(shape));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const writer = new UpdateWriter(graph, group, [total], (values) =>
    graph.concat(
      values.map((value, index) => graph.reshape(value, [sizes[index] as number])),
      0,
    ),
  );
  const inputs = roles.map((members) => {
    const values = members.map((member) => (updates[member] as Update).input);
    return values.every((value) => value !== undefined) ? writer.input(values) : undefined;
  });
  const joined = roles.map((members, role): MovedUpdate => {
    const output = writer.write(members.map((member) => (updates[member] as Update).output));
    return { input: inputs[role], output, members, layout: undefined };
  });
  // Only now: what was written above still found the old producers.
  for (const { input, output, members } of joined) {
    const olds = members.map((member) => (updates[member] as Update).input);
    if (input) graph.redefine(input, olds as Value[], mostParts);
    graph.redefine(
      output,
      members.map((member) => (updates[member] as Update).output),
      mostParts,
    );
  }
  return joined;
}
