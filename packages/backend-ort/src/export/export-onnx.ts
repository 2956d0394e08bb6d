import { engine, type Tensor, type Variable, zeros } from "@tensorflow/tfjs-core";
import { OrtBackend } from "../backend.js";
import { BackendOrtError } from "../errors.js";
import type { DType, Value } from "../graph/types.js";
import { type ModelLabels, writeModel } from "../onnx/write-model.js";
import type { HostArray } from "../runtime/ort.js";
import { openBatch } from "./open-batch.js";
import { type TracedGraph, traceGraph } from "./traced-graph.js";

/** A tensor that a file takes. */
export interface OnnxInput {
  /** As the model names it. */
  readonly name: string;
  /** Shape of one example, without the batch in front: `[100]`. */
  readonly shape: readonly number[];
  /** Default `float32`. */
  readonly dtype?: DType;
  /** What it holds, kept in the file. */
  readonly description?: string;
}

/** A tensor that a file gives. */
export interface OnnxOutput {
  /** As the model names it. */
  readonly name: string;
  /** What it is, for whoever reads the model. Default: nothing is said. */
  readonly description?: string;
}

/** What {@link exportOnnx} writes. */
export interface OnnxOptions {
  /** What the function takes, in its order. */
  readonly inputs: readonly OnnxInput[];
  /** In the order in which the function returns them. */
  readonly outputs: readonly OnnxOutput[];
  /** Examples in a run. Default: any number where the graph can be written so, else 1. */
  readonly batch?: number | undefined;
  /** Names of the weights; those of others are numbers. Default: all are. */
  readonly variableNames?: ReadonlyMap<Variable, string>;
  /** Sentences on the network. Default: none. */
  readonly description?: string;
  /** What the file keeps besides the network, by key. Default: nothing. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** An ONNX file. */
export interface OnnxFile {
  /** The bytes of an `.onnx` file. */
  readonly model: Uint8Array;
  /** Examples in a run; undefined for any number. */
  readonly batch: number | undefined;
  /** Why the number of examples is fixed although none was asked for. */
  readonly fixedBecause: string | undefined;
}

/** Numbers of examples with which a function is traced: primes, that no size of a network is by chance. */
const TRACED_SIZES = [11, 13] as const;

/**
 * Writes a function of tensors, with the values of the tf.Variables that it reads, as an ONNX file of ONNX's own
 * operators (opset 20), for any runtime. Nothing is computed: the function is traced, as by `compile`.
 *
 * @param fn takes one tensor for each input, with the examples along the first axis, and returns one for each output
 * @throws BackendOrtError unless `ort` is the current backend; when the function assigns variables, or calls a
 *   kernel that has no lowering
 */
export function exportOnnx(fn: (...inputs: Tensor[]) => Tensor[], options: OnnxOptions): OnnxFile {
  const { inputs, batch } = options;
  const { backend } = engine();
  if (!(backend instanceof OrtBackend)) {
    throw new BackendOrtError("exportOnnx", "needs the backend ort. Call tf.setBackend('ort') before.");
  }
  if (batch !== undefined && (!Number.isInteger(batch) || batch < 1)) {
    throw new BackendOrtError("exportOnnx", `batch must be a whole number above 0, got ${batch}.`);
  }
  const names = [...inputs, ...options.outputs].map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new BackendOrtError(
      "exportOnnx",
      `two inputs or outputs are called ${repeated}. Give each a name of its own.`,
    );
  }
  const traceWith = (size: number): TracedGraph => {
    const args = inputs.map(({ shape, dtype }) => zeros([size, ...shape], dtype ?? "float32"));
    try {
      return traceGraph(backend, "exportOnnx", fn, args);
    } finally {
      for (const arg of args) arg.dispose();
    }
  };
  if (batch !== undefined)
    return { model: write(traceWith(batch), options, false), batch, fixedBecause: undefined };
  const [first, second] = TRACED_SIZES.map((size) => ({ size, graph: traceWith(size) })) as [
    Parameters<typeof openBatch>[0],
    Parameters<typeof openBatch>[1],
  ];
  const opened = openBatch(first, second);
  if (!("reason" in opened)) {
    return { model: write(opened, options, true), batch: undefined, fixedBecause: undefined };
  }
  return { model: write(traceWith(1), options, false), batch: 1, fixedBecause: opened.reason };
}

function write(graph: TracedGraph, options: OnnxOptions, isOpen: boolean): Uint8Array {
  const { inputs, weights, outputs } = graph;
  if (outputs.length !== options.outputs.length) {
    throw new BackendOrtError(
      "exportOnnx",
      `the function returned ${outputs.length} tensors where ${options.outputs.length} outputs are named. Name each.`,
    );
  }
  const ends = [
    ...inputs.map((value, index) => [value, options.inputs[index] as OnnxInput] as const),
    ...outputs.map((value, index) => [value, options.outputs[index] as OnnxOutput] as const),
  ];
  const names = new Map<Value, string>(ends.map(([value, { name }]) => [value, name]));
  for (const [value, variable] of weights) {
    const name = options.variableNames?.get(variable);
    if (name !== undefined) names.set(value, name);
  }
  const labels: ModelLabels = {
    names,
    descriptions: new Map(
      ends.flatMap(([value, { description }]) => (description === undefined ? [] : [[value, description]])),
    ),
    weights: new Map(
      [...weights].map(([value, variable]) => [value, variable.dataSync().slice() as HostArray]),
    ),
    batched: new Set(isOpen ? ends.map(([value]) => value) : []),
    ...(options.description !== undefined && { description: options.description }),
    ...(options.metadata !== undefined && { metadata: options.metadata }),
  };
  // The shapes that a kernel was traced with say nothing to who reads the file.
  const nodes = graph.nodes.map((node) => ({ ...node, origin: node.origin.split(" ")[0] as string }));
  return writeModel(inputs, nodes, outputs, labels);
}
