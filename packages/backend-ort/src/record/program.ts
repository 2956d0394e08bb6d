import { options } from "../config.js";
import { BackendOrtError } from "../errors.js";
import { GraphBuilder } from "../graph/builder.js";
import { sameShape } from "../graph/shapes.js";
import type { DType, TensorSpec, Value } from "../graph/types.js";
import { imageBlock } from "../runtime/image-block.js";
import type { HostArray } from "../runtime/ort.js";
import type { HostTensor, Operand, RecordedNode } from "./host-tensor.js";

/** Recorded calls in an order in which they can run, with what they read and a key of their structure. */
export interface Program {
  readonly nodes: readonly RecordedNode[];
  /** Tensors that have a value, in order of first use. */
  readonly feeds: readonly HostTensor[];
  /** Equal for programs that compile to the same graph. */
  readonly key: string;
}

/**
 * Collects what `targets` need, down to tensors that have a value or that `isFeed` names.
 * Results of `targets` that are feeds themselves are allowed.
 */
export function linearize(targets: readonly HostTensor[], isFeed: (tensor: HostTensor) => boolean): Program {
  const names = new Map<HostTensor, string>();
  const visited = new Set<RecordedNode>();
  const nodes: RecordedNode[] = [];
  const feeds: HostTensor[] = [];
  const key: string[] = [];

  const finish = (node: RecordedNode): void => {
    const operands = node.operands.map((operand) => (operand ? reference(operand, names) : ""));
    for (const [index, output] of node.outputs.entries()) names.set(output, `${nodes.length}.${index}`);
    nodes.push(node);
    const outputs = node.outputs.map((output) => `${output.dtype}[${output.shape}]`);
    key.push(`${node.kernel}(${operands})${node.paramsKey}${outputs}`);
  };

  // Depth first, without recursion: traces are thousands of calls deep.
  const stack: { tensor: HostTensor; node: RecordedNode | undefined }[] = [];
  for (const target of targets) {
    stack.push({ tensor: target, node: undefined });
    while (stack.length > 0) {
      const top = stack.pop() as (typeof stack)[number];
      if (top.node) {
        finish(top.node);
        continue;
      }
      const { tensor } = top;
      if (names.has(tensor)) continue;
      if (tensor.hasValue || isFeed(tensor)) {
        names.set(tensor, `f${feeds.length}`);
        key.push(`f${tensor.dtype}[${tensor.shape}]`);
        feeds.push(tensor);
        continue;
      }
      const node = tensor.node;
      if (!node) throw new BackendOrtError("internal", "a tensor has neither a value nor a recorded kernel.");
      if (visited.has(node)) continue;
      visited.add(node);
      stack.push({ tensor, node });
      for (const operand of node.operands)
        if (operand) stack.push({ tensor: operand.tensor, node: undefined });
    }
  }
  key.push(`>${targets.map((target) => names.get(target))}`);
  return { nodes, feeds, key: key.join(";") };
}

function reference(operand: Operand, names: Map<HostTensor, string>): string {
  const name = names.get(operand.tensor) as string;
  return sameShape(operand.shape, operand.tensor.shape) ? name : `${name}[${operand.shape}]`;
}

/** Maps recorded tensors to values of an ONNX graph while their kernels are lowered. */
export class Lowering {
  private readonly values = new Map<HostTensor, Value>();

  /** @param graph default: one that is written for this process's provider */
  constructor(readonly graph = new GraphBuilder(imageBlock(), options.withoutPasses)) {}

  feed(tensor: HostTensor): Value {
    const value = this.graph.input({ dtype: tensor.dtype as DType, shape: tensor.shape });
    this.values.set(tensor, value);
    return value;
  }

  constant(tensor: HostTensor, values: HostArray): void {
    this.values.set(tensor, this.graph.constant(tensor.dtype as DType, tensor.shape, values));
  }

  filled(tensor: HostTensor, value: number): void {
    this.values.set(tensor, this.graph.fill(tensor.dtype as DType, tensor.shape, value));
  }

  node(node: RecordedNode): void {
    const { spec } = node;
    if (!spec) throw new BackendOrtError(node.kernel, "has no lowering and cannot be part of a graph.");
    this.graph.origin = `${node.kernel} ${node.operands.map((operand) => (operand ? `[${operand.shape}]` : "-")).join(" ")}`;
    const list = node.operands.map((operand) =>
      operand ? this.graph.reshape(this.value(operand.tensor), operand.shape) : undefined,
    );
    const inputs: Record<string, unknown> = { list };
    if (!spec.variadic) {
      for (const [index, name] of [...spec.inputs, ...spec.optional].entries()) {
        if (list[index]) inputs[name] = list[index];
      }
    }
    const specs = node.outputs.map(
      (output): TensorSpec => ({ shape: output.shape, dtype: output.dtype as DType }),
    );
    const lowered = spec.lower(this.graph, inputs as never, node.params as never, specs);
    const results = Array.isArray(lowered) ? (lowered as readonly Value[]) : [lowered as Value];
    for (const [index, output] of node.outputs.entries()) {
      const value = results[index];
      if (!value || value.dtype !== output.dtype || !sameShape(value.shape, output.shape)) {
        throw new BackendOrtError(
          this.graph.origin,
          `its lowering gave ${value?.dtype}[${value?.shape}] for output ${index}, inferred was ${output.dtype}[${output.shape}]. This is a bug in the backend.`,
        );
      }
      this.values.set(output, value);
    }
  }

  value(tensor: HostTensor): Value {
    const value = this.values.get(tensor);
    if (!value) throw new BackendOrtError("internal", "a tensor was used before it was lowered.");
    return value;
  }

  /** The values of results, each a node's output of its own: copies stand for inputs, constants and repeats. */
  results(targets: readonly HostTensor[]): Value[] {
    const taken = new Set<Value>();
    return targets.map((target) => {
      const value = this.graph.solid(this.value(target));
      const own = value.producer && !taken.has(value) ? value : this.graph.copy(value);
      taken.add(own);
      return own;
    });
  }
}
