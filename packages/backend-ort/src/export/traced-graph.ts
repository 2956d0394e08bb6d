import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import type { OrtBackend } from "../backend.js";
import { type Trace, trace } from "../compile/trace.js";
import { BackendOrtError } from "../errors.js";
import { GraphBuilder } from "../graph/builder.js";
import type { Pass } from "../graph/passes.js";
import type { DType, GraphNode, Value } from "../graph/types.js";
import { reachableNodes } from "../onnx/write-model.js";
import type { HostTensor } from "../record/host-tensor.js";
import { Lowering, linearize } from "../record/program.js";
import { wrapHost } from "../record/wrap-host.js";
import type { HostArray } from "../runtime/ort.js";

/** What pays on this machine's processor only: a file shall be small, and read like the network it holds. */
const LOCAL_PASSES: ReadonlySet<Pass> = new Set<Pass>(["blocked", "phases", "narrow", "batch"]);

/** A function as a graph of ONNX's own operators. */
export interface TracedGraph {
  /** One for each argument, in order, those that nothing reads included. */
  readonly inputs: readonly Value[];
  /** Values that stand for the variables that the function reads. */
  readonly weights: ReadonlyMap<Value, Variable>;
  readonly outputs: readonly Value[];
  /** In an order in which they can run. */
  readonly nodes: readonly GraphNode[];
}

/**
 * Writes what `fn` computes from `args` as a graph, without running it.
 *
 * @throws BackendOrtError when it assigns or creates variables, or calls a kernel that has no lowering
 */
export function traceGraph(
  backend: OrtBackend,
  name: string,
  fn: (...args: Tensor[]) => Tensor[],
  args: readonly Tensor[],
): TracedGraph {
  backend.flushQuietly();
  const traced = trace(backend, name, fn as (...args: never[]) => Tensor[], args);
  try {
    if (traced.failure) throw traced.failure.error;
    const changed = [...traced.assigned, ...traced.created][0]?.variable;
    if (changed) {
      throw new BackendOrtError(
        name,
        `changes variable ${changed.name}, which a file cannot do. Run the network as it is after training.`,
      );
    }
    return writeGraph(traced);
  } finally {
    for (const { variable } of traced.created) variable.dispose();
    traced.end();
  }
}

function writeGraph(traced: Trace): TracedGraph {
  const symbols = new Set([...traced.args, ...traced.variables.keys()]);
  const targets = traced.results.map(({ tensor }) => tensor);
  const program = linearize([...new Set(targets)], (tensor) => symbols.has(tensor));
  const lowering = new Lowering(new GraphBuilder(undefined, LOCAL_PASSES));
  const inputs = traced.args.map((symbol) => lowering.feed(symbol));
  const weights = new Map<Value, Variable>();
  for (const feed of program.feeds) {
    if (traced.args.includes(feed)) continue;
    const variable = traced.variables.get(feed);
    if (variable) weights.set(lowering.feed(feed), variable);
    else embed(lowering, feed);
  }
  for (const node of program.nodes) lowering.node(node);
  // tfjs reshapes a tensor without telling its backend.
  const shaped = lowering.results(targets).map((value, index) => {
    const { shape } = traced.results[index] as Trace["results"][number];
    const { graph } = lowering;
    const result = graph.reshape(value, shape);
    return result.producer ? result : graph.copy(result);
  });
  return { inputs, weights, outputs: shaped, nodes: reachableNodes(shaped) };
}

function embed(lowering: Lowering, tensor: HostTensor): void {
  if (tensor.filledWith !== undefined) lowering.filled(tensor, tensor.filledWith);
  else {
    const { data } = wrapHost(tensor.dtype as DType, tensor.peek(), tensor.shape);
    lowering.constant(tensor, (data as HostArray).slice());
  }
}
