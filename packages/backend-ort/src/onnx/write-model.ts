import { ONNX_TYPE_CODE } from "../graph/builder.js";
import { sizeOf } from "../graph/shapes.js";
import type { Attribute, ConstantArray, ConstantData, GraphNode, Value } from "../graph/types.js";
import { IR_VERSION, ModelMessage, OPSET_VERSION } from "./schema.js";

/** The name of a value inside the model. */
export const valueName = (value: Value): string => `v${value.id}`;

/** The name of a node inside the model: what ONNX Runtime's errors and profiles print. */
export const nodeName = (node: GraphNode, index: number): string => `${index}:${node.origin || node.opType}`;

// AttributeProto.AttributeType
const FLOAT = 1;
const INT = 2;
const STRING = 3;
const FLOATS = 6;
const INTS = 7;

function attributeMessage(name: string, value: Attribute): object {
  if (typeof value === "number") return { name, i: value, type: INT };
  if (typeof value === "string") return { name, s: Buffer.from(value), type: STRING };
  if ("float" in value) return { name, f: value.float, type: FLOAT };
  if ("floats" in value) return { name, floats: value.floats, type: FLOATS };
  return { name, ints: value, type: INTS };
}

/** How a model that leaves this process says what it is; a graph that runs here needs none of it. */
export interface ModelLabels {
  /** Sentences on the whole. */
  readonly description?: string;
  /** What the file keeps besides the graph, by key. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Names of values in place of numbers. */
  readonly names?: ReadonlyMap<Value, string>;
  /** What inputs and outputs are, for who reads the file. */
  readonly descriptions?: ReadonlyMap<Value, string>;
  /** Inputs of the graph that are written with their values, as constants. */
  readonly weights?: ReadonlyMap<Value, ConstantArray>;
  /** Inputs and outputs whose first dimension is open, and called `batch`. */
  readonly batched?: ReadonlySet<Value>;
  /** A first output that is no tensor but an empty sequence, by this name. */
  readonly stop?: string;
}

function tensorMessage(value: Value, name: string, values: ConstantArray, splat?: number): object {
  let array = values;
  if (splat !== undefined && values.length !== sizeOf(value.shape)) {
    const Full = values.constructor as new (length: number) => ConstantArray;
    array = new Full(sizeOf(value.shape));
    (array as Float32Array).fill(values[0] as number);
  }
  return {
    name,
    dims: value.shape,
    dataType: ONNX_TYPE_CODE[value.dtype],
    rawData: new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  };
}

function valueInfoMessage(value: Value, name: string, { batched, descriptions }: ModelLabels): object {
  const isBatch = (axis: number) => axis === 0 && batched?.has(value);
  const docString = descriptions?.get(value);
  return {
    name,
    type: {
      tensorType: {
        elemType: ONNX_TYPE_CODE[value.dtype],
        shape: {
          dim: value.shape.map((dimValue, axis) => (isBatch(axis) ? { dimParam: "batch" } : { dimValue })),
        },
      },
    },
    ...(docString !== undefined && { docString }),
  };
}

/** The nodes that `outputs` need, inputs before users, otherwise in the order in which they were written. */
export function reachableNodes(outputs: readonly Value[]): GraphNode[] {
  const ranks = new Map<GraphNode, number>();
  const seen = new Set<GraphNode>();
  const ordered: GraphNode[] = [];
  // Depth first, without recursion: graphs are thousands of nodes deep.
  const stack = outputs.map((output) => output.producer);
  while (stack.length > 0) {
    const node = stack.at(-1);
    if (!node || ranks.has(node)) {
      stack.pop();
    } else if (seen.has(node)) {
      stack.pop();
      // Values are numbered as they are written; only what was redefined comes after higher numbers.
      let rank = (node.outputs[0] as Value).id;
      for (const input of node.inputs)
        if (input?.producer) rank = Math.max(rank, ranks.get(input.producer) ?? 0);
      ranks.set(node, rank);
      ordered.push(node);
    } else {
      seen.add(node);
      for (const input of node.inputs) if (input?.producer) stack.push(input.producer);
    }
  }
  // The sort is stable: inputs stay before users of the same rank.
  return ordered.sort((a, b) => (ranks.get(a) as number) - (ranks.get(b) as number));
}

/** Encodes a graph as ONNX protobuf; `nodes` stand in an order in which they can run. */
export function writeModel(
  inputs: readonly Value[],
  nodes: readonly GraphNode[],
  outputs: readonly Value[],
  labels: ModelLabels = {},
): Uint8Array {
  const constants = new Set<Value>();
  const domains = new Set<string>();
  for (const node of nodes) {
    if (node.domain) domains.add(node.domain);
    for (const input of node.inputs) if (input?.constant) constants.add(input);
  }
  const stop = labels.stop === undefined ? [] : [labels.stop];
  const nameOf = (value: Value) => labels.names?.get(value) ?? valueName(value);
  const message = {
    irVersion: IR_VERSION,
    producerName: "@gan/backend-ort",
    ...(labels.description !== undefined && { docString: labels.description }),
    opsetImport: [
      { domain: "", version: OPSET_VERSION },
      ...[...domains].map((domain) => ({ domain, version: 1 })),
    ],
    graph: {
      name: "graph",
      node: [
        ...stop.map((name) => ({ output: [name], name, opType: "SequenceEmpty" })),
        ...nodes.map((node, index) => ({
          input: node.inputs.map((input) => (input ? nameOf(input) : "")),
          output: node.outputs.map(nameOf),
          name: nodeName(node, index),
          opType: node.opType,
          domain: node.domain,
          attribute: Object.entries(node.attributes).map(([name, value]) => attributeMessage(name, value)),
        })),
      ],
      initializer: [
        ...[...(labels.weights ?? [])].map(([value, values]) => tensorMessage(value, nameOf(value), values)),
        ...[...constants].map((value) => {
          const { values, splat } = value.constant as ConstantData;
          return tensorMessage(value, nameOf(value), values, splat);
        }),
      ],
      input: inputs.map((value) => valueInfoMessage(value, nameOf(value), labels)),
      output: [
        ...stop.map((name) => ({
          name,
          type: { sequenceType: { elemType: { tensorType: { elemType: 1 } } } },
        })),
        ...outputs.map((value) => valueInfoMessage(value, nameOf(value), labels)),
      ],
    },
    metadataProps: Object.entries(labels.metadata ?? {}).map(([key, value]) => ({ key, value })),
  };
  return ModelMessage.encode(message).finish();
}
