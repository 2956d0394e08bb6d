import { arrayOf } from "../graph/core.js";
import { sameShape, sizeOf } from "../graph/shapes.js";
import type { GraphNode, OnnxType, Shape, TensorSpec, Value } from "../graph/types.js";
import type { TracedGraph } from "./traced-graph.js";

/** The same function traced with a number of examples in every argument. */
export interface SizedGraph {
  readonly size: number;
  readonly graph: TracedGraph;
}

/** Thrown inside {@link openBatch} where the two graphs differ by more than a size. */
class Fixed extends Error {}

/**
 * Joins two graphs of one function, traced with different numbers of examples, into one for any number: what
 * differs between them are sizes, linear in the number of examples, and those are computed from the first
 * argument's first dimension.
 *
 * @returns the graph, or why there is none: an attribute, a table of values or the order of operators
 *   depends on the number of examples
 */
export function openBatch(first: SizedGraph, second: SizedGraph): TracedGraph | { readonly reason: string } {
  try {
    return new BatchJoin(first, second).join();
  } catch (error) {
    if (error instanceof Fixed) return { reason: error.message };
    throw error;
  }
}

class BatchJoin {
  /** What each value of the first graph is in the second. */
  private readonly twins = new Map<Value, Value>();
  /** Nodes that compute sizes, in front of all others. */
  private readonly sizes: GraphNode[] = [];
  private readonly made = new Map<string, Value>();
  private nextId: number;

  constructor(
    private readonly first: SizedGraph,
    private readonly second: SizedGraph,
  ) {
    const { inputs, weights, nodes } = first.graph;
    for (const [index, input] of inputs.entries()) this.pair(input, second.graph.inputs[index] as Value);
    const byVariable = new Map([...second.graph.weights].map(([value, variable]) => [variable, value]));
    for (const [value, variable] of weights) this.pair(value, byVariable.get(variable) as Value);
    const values = nodes.flatMap((node) => [...node.inputs, ...node.outputs]);
    this.nextId = 1 + Math.max(0, ...[...inputs, ...values].map((value) => value?.id ?? 0));
  }

  join(): TracedGraph {
    const { inputs, weights, outputs, nodes } = this.first.graph;
    const other = this.second.graph;
    if (nodes.length !== other.nodes.length)
      throw new Fixed("its operators depend on the number of examples");
    const joined = nodes.map((node, index) => this.joinNode(node, other.nodes[index] as GraphNode));
    for (const [index, output] of outputs.entries()) {
      const [size, ...rest] = output.shape;
      const twin = other.outputs[index] as Value;
      const isBatch = size === this.first.size && twin.shape[0] === this.second.size;
      if (!isBatch || !sameShape(rest, twin.shape.slice(1)) || this.twins.get(output) !== twin) {
        throw new Fixed(`result ${index} does not have one part for each example`);
      }
    }
    return { inputs, weights, outputs, nodes: [...this.sizes, ...joined] };
  }

  private pair(value: Value, twin: Value): void {
    this.twins.set(value, twin);
  }

  private joinNode(node: GraphNode, twin: GraphNode): GraphNode {
    const same =
      node.opType === twin.opType &&
      node.domain === twin.domain &&
      node.inputs.length === twin.inputs.length &&
      JSON.stringify(node.attributes) === JSON.stringify(twin.attributes);
    if (!same) throw new Fixed(`its ${node.opType} depends on the number of examples`);
    const inputs = node.inputs.map((input, index) => this.joinInput(node, input, twin.inputs[index]));
    for (const [index, output] of node.outputs.entries()) this.pair(output, twin.outputs[index] as Value);
    return { ...node, inputs };
  }

  private joinInput(node: GraphNode, input: Value | undefined, twin: Value | undefined): Value | undefined {
    if (input?.constant && twin?.constant) return this.joinConstant(node, input, twin);
    if (input === undefined ? twin === undefined : this.twins.get(input) === twin) return input;
    throw new Fixed(`what its ${node.opType} reads depends on the number of examples`);
  }

  private joinConstant(node: GraphNode, value: Value, twin: Value): Value {
    const [mine, others] = [elementsOf(value), elementsOf(twin)];
    const sameValues = mine.length === others.length && mine.every((one, at) => Object.is(one, others[at]));
    if (sameValues && sameShape(value.shape, twin.shape)) return value;
    if (value.dtype === "int64" && mine.length === others.length) {
      return this.linear(mine, others, node.opType === "Reshape");
    }
    const [splat, otherSplat] = [value.constant?.splat, twin.constant?.splat];
    const isFilled = splat !== undefined && Object.is(splat, otherSplat);
    if (!isFilled || value.shape.length !== twin.shape.length) {
      throw new Fixed(`a table that its ${node.opType} reads depends on the number of examples`);
    }
    const scalar = this.constant(value.dtype, [], [splat]);
    const shape = this.linear(value.shape, twin.shape, false);
    return this.node("Expand", [scalar, shape], {}, { shape: value.shape, dtype: value.dtype });
  }

  /** `slope · batch + offset`, element by element; a reshape finds one size by itself. */
  private linear(mine: readonly number[], others: readonly number[], isReshape: boolean): Value {
    const differing = mine.filter((one, index) => one !== others[index]).length;
    if (isReshape && differing === 1) {
      const sizes = mine.map((one, index) => (one === others[index] ? one : -1));
      return this.constant("int64", [sizes.length], sizes);
    }
    const step = this.second.size - this.first.size;
    const slopes = mine.map((one, index) => ((others[index] as number) - one) / step);
    if (!slopes.every(Number.isInteger))
      throw new Fixed("a size is not proportional to the number of examples");
    const offsets = mine.map((one, index) => one - (slopes[index] as number) * this.first.size);
    const spec = { shape: [mine.length], dtype: "int64" } as const;
    const scaled = this.node("Mul", [this.batch(), this.constant("int64", spec.shape, slopes)], {}, spec);
    if (offsets.every((offset) => offset === 0)) return scaled;
    return this.node("Add", [scaled, this.constant("int64", spec.shape, offsets)], {}, spec);
  }

  /** The number of examples, int64 [1]. */
  private batch(): Value {
    const input = this.first.graph.inputs[0];
    if (input === undefined) throw new Fixed("it takes nothing whose size could tell the number of examples");
    return this.node("Shape", [input], { start: 0, end: 1 }, { shape: [1], dtype: "int64" });
  }

  private constant(dtype: OnnxType, shape: Shape, values: readonly number[]): Value {
    return this.once(`${dtype}[${shape}]${values}`, () => {
      const constant = { values: arrayOf(dtype, values), splat: undefined };
      return { id: this.nextId++, dtype, shape, producer: undefined, constant, virtual: undefined };
    });
  }

  private node(
    opType: string,
    inputs: readonly Value[],
    attributes: GraphNode["attributes"],
    { shape, dtype }: TensorSpec<OnnxType>,
  ): Value {
    return this.once(`${opType}(${inputs.map(({ id }) => id)})`, () => {
      const id = this.nextId++;
      const output: Value = {
        id,
        dtype,
        shape,
        producer: undefined,
        constant: undefined,
        virtual: undefined,
      };
      const node = { opType, domain: "", inputs, attributes, outputs: [output], origin: "batch" };
      output.producer = node;
      this.sizes.push(node);
      return output;
    });
  }

  private once(key: string, make: () => Value): Value {
    const known = this.made.get(key) ?? make();
    this.made.set(key, known);
    return known;
  }
}

/** All elements of a constant as numbers. */
function elementsOf({ constant, shape }: Value): readonly number[] {
  const { values, splat } = constant as NonNullable<Value["constant"]>;
  if (splat === undefined) return Array.from(values, Number);
  return sizeOf(shape) > MOST_ELEMENTS ? [splat] : new Array<number>(sizeOf(shape)).fill(splat);
}

/** Filled tensors of more elements are compared by what fills them. */
const MOST_ELEMENTS = 64;
