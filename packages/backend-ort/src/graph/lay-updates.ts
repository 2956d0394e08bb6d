import { reachableNodes } from "../onnx/write-model.js";
import { leftBlocks } from "./blocked.js";
import type { GraphBuilder } from "./builder.js";
import { isSmall } from "./join-updates.js";
import { blockedColumnsLayout } from "./memory-layout.js";
import { sizeOf } from "./shapes.js";
import type { GraphNode, Value } from "./types.js";
import {
  findUpdateClusters,
  isElementwise,
  isScalar,
  type Update,
  type UpdateCluster,
} from "./update-clusters.js";
import { type MovedUpdate, UpdateWriter } from "./update-writer.js";

/**
 * Keeps filters between runs in the layout in which their gradients are made and convolutions read them, and what
 * is updated along with them (an optimizer's moments, an average) too: blocks of columns, [O / block, kh · kw · I,
 * block]. The update is the same elementwise operators on other places; the filter in tfjs's order is made from it
 * where the rest of the graph still wants that.
 *
 * @param updates variables' values before and after
 * @param outputs everything that the graph shall compute
 */
export function layUpdates(
  graph: GraphBuilder,
  updates: readonly Update[],
  outputs: readonly Value[],
): MovedUpdate[] {
  const { block } = graph.images;
  if (block === undefined || graph.without.has("layouts")) return [];
  const isFilter = (shape: readonly number[]): boolean =>
    shape.length === 4 && (shape[3] as number) % block === 0 && !isSmall(shape);
  const clusters = findUpdateClusters(updates, reachableNodes(outputs), isFilter).filter((cluster) =>
    takesBlocks(cluster),
  );
  graph.origin = "laid updates";
  const moved = clusters.flatMap((cluster) => layCluster(graph, updates, cluster, block));
  if (moved.length > 0)
    enterNoMore(graph, reachableNodes([...outputs, ...moved.map(({ output }) => output)]));
  return moved;
}

/** Whether all that the cluster takes from elsewhere, its gradient, comes from the blocked layout. */
function takesBlocks({ region, leaves, shape }: UpdateCluster): boolean {
  const comesFromBlocks = (value: Value): boolean => {
    if (leftBlocks(value)) return true;
    const node = value.producer;
    if (!node || !isElementwise(node, shape)) return false;
    const tensors = node.inputs.filter((input): input is Value => !!input && !isScalar(input, shape));
    return new Set(tensors).size === 1 && comesFromBlocks(tensors[0] as Value);
  };
  const tensors = [...leaves].filter((leaf) => !isScalar(leaf, shape) && !region.has(leaf));
  return tensors.length > 0 && tensors.every(comesFromBlocks);
}

function layCluster(
  graph: GraphBuilder,
  updates: readonly Update[],
  cluster: UpdateCluster,
  block: number,
): MovedUpdate[] {
  const columns = cluster.shape[3] as number;
  const size = sizeOf(cluster.shape);
  const image = [1, size / columns, 1, columns];
  const space = graph.images.spaceOf(columns);
  // Flat: operators of a tensor and a scalar are slow where the last dimension is short.
  const writer = new UpdateWriter(graph, [cluster], [size], ([value]) =>
    graph.reshape(space.enter(graph, graph.reshape(value as Value, image)), [size]),
  );
  const leave = (laid: Value): Value =>
    space.leave(graph, graph.reshape(laid, [1, columns, size / columns, 1]));
  const layout = blockedColumnsLayout(columns, block);
  const inputs = cluster.members.map((member) => {
    const { input } = updates[member] as Update;
    return input && writer.input([input]);
  });
  const moved = cluster.members.map((member, role): MovedUpdate => {
    const output = writer.write([(updates[member] as Update).output]);
    return { input: inputs[role], output, members: [member], layout };
  });
  // Only now: what was written above still found the old producers.
  for (const { input, output, members } of moved) {
    const update = updates[members[0] as number] as Update;
    if (input) graph.redefineAsReshaped(update.input as Value, leave(input));
    graph.redefineAsReshaped(update.output, leave(output));
  }
  return moved;
}

/** What entered the blocked layout and now comes from there is a reshape. */
function enterNoMore(graph: GraphBuilder, nodes: readonly GraphNode[]): void {
  for (const { opType, attributes, inputs, outputs } of nodes) {
    if (opType !== "ReorderInput" || attributes["channels_last"] !== 1) continue;
    const [entered] = outputs as readonly [Value];
    const left = leftBlocks(inputs[0] as Value);
    if (left?.shape[0] === 1 && entered.shape[0] === 1 && left.shape[1] === entered.shape[1])
      graph.redefineAsReshaped(entered, left);
  }
}
