import { BackendOrtError } from "../errors.js";
import type { Virtual } from "./linear.js";
import type { Pass } from "./passes.js";
import { sizeOf } from "./shapes.js";
import type { Attributes, ConstantArray, GraphNode, OnnxType, Shape, TensorSpec, Value } from "./types.js";

const ARRAYS = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
  int64: BigInt64Array,
  float64: Float64Array,
} as const;

/** Constants of up to so many elements are compared, and equal ones shared. */
const SHARED_CONSTANT_SIZE = 4096;

/** An array of one ONNX element type, from plain numbers. */
export function arrayOf(dtype: OnnxType, values: ArrayLike<number>): ConstantArray {
  if (dtype === "int64") return BigInt64Array.from(Array.from(values, (value) => BigInt(value)));
  return ARRAYS[dtype].from(values);
}

/** All bits as text: numbers that print alike, as 0 and -0, differ. */
const bitsOf = ({ buffer, byteOffset, byteLength }: ConstantArray): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("latin1");

/**
 * The ONNX graph while it grows: inputs, constants and nodes. Equal constants and equal nodes (operator,
 * inputs, attributes) exist once, so common subexpressions are shared as they are written.
 */
export abstract class GraphCore {
  /** The kernel being lowered, stamped on every node that it makes. */
  origin = "";
  readonly inputs: Value[] = [];
  /** @param without passes that are left out, for measuring what they gain */
  constructor(readonly without: ReadonlySet<Pass> = new Set()) {}

  private nextId = 0;
  private readonly constants = new Map<string, Value>();
  private readonly nodes = new Map<string, GraphNode>();

  protected makeValue(
    dtype: OnnxType,
    shape: Shape,
    constant?: { values: ConstantArray; splat: number | undefined },
  ): Value {
    return { id: this.nextId++, dtype, shape, producer: undefined, constant, virtual: undefined };
  }

  /** A value that stands for a computation not written yet; any operator that takes it has it written first. */
  virtual(shape: Shape, dtype: OnnxType, virtual: Virtual): Value {
    return { ...this.makeValue(dtype, shape), virtual };
  }

  /** The value in its plain layout, made by a node, an input or a constant. */
  abstract solid(value: Value): Value;

  input(spec: TensorSpec): Value {
    const value = this.makeValue(spec.dtype, spec.shape);
    this.inputs.push(value);
    return value;
  }

  /** A constant tensor. `values` is kept by reference and must not change afterwards. */
  constant(dtype: OnnxType, shape: Shape, values: ConstantArray): Value {
    const size = sizeOf(shape);
    if (values.length !== size) {
      throw new BackendOrtError("constant", `shape [${shape}] needs ${size} values, got ${values.length}.`);
    }
    const first = size > 0 ? Number(values[0]) : 0;
    if (size > 0 && values.every((value) => Object.is(Number(value), first)))
      return this.fill(dtype, shape, first);
    const key = size <= SHARED_CONSTANT_SIZE ? `${dtype}[${shape}]${bitsOf(values)}` : undefined;
    const known = key === undefined ? undefined : this.constants.get(key);
    if (known) return known;
    const value = this.makeValue(dtype, shape, { values, splat: undefined });
    if (key !== undefined) this.constants.set(key, value);
    return value;
  }

  /** A tensor whose elements are all `fillValue`. */
  fill(dtype: OnnxType, shape: Shape, fillValue: number): Value {
    const key = `${dtype}[${shape}]=${Object.is(fillValue, -0) ? "-0" : fillValue}`;
    let value = this.constants.get(key);
    if (!value) {
      const values = arrayOf(dtype, [fillValue]);
      value = this.makeValue(dtype, shape, { values, splat: Number(values[0]) });
      this.constants.set(key, value);
    }
    return value;
  }

  scalar(fillValue: number, dtype: OnnxType = "float32"): Value {
    return this.fill(dtype, [], fillValue);
  }

  /** A one-dimensional int64 constant: shapes, axes, starts, repeats. */
  ints(values: readonly number[]): Value {
    return this.constant("int64", [values.length], arrayOf("int64", values));
  }

  /**
   * Writes an operator with one output. An `undefined` input is an absent optional one.
   * @param output its shape and dtype, which the caller knows
   */
  op(
    opType: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    output: TensorSpec<OnnxType>,
    domain = "",
  ): Value {
    return this.ops(opType, inputs, attributes, [output], domain)[0] as Value;
  }

  /** Writes an operator with several outputs; see {@link op}. */
  ops(
    opType: string,
    operands: readonly (Value | undefined)[],
    attributes: Attributes,
    outputs: readonly TensorSpec<OnnxType>[],
    domain = "",
  ): readonly Value[] {
    const inputs = operands.map((input) => (input?.virtual ? this.solid(input) : input));
    const key = `${domain}:${opType}(${inputs.map((input) => input?.id ?? "")})${JSON.stringify(attributes)}>${outputs.map((output) => output.dtype).join()}`;
    const known = this.without.has("sharing") ? undefined : this.nodes.get(key);
    if (known) return known.outputs;
    const node = this.makeNode(opType, inputs, attributes, outputs, domain);
    this.nodes.set(key, node);
    return node.outputs;
  }

  /** A copy that is never shared: an output of the graph that is also an input, a constant or another output. */
  copy(value: Value): Value {
    return this.makeNode("Identity", [value], {}, [value], "").outputs[0] as Value;
  }

  /**
   * Makes existing values consecutive parts of a vector, whatever made them before.
   *
   * @param most Parts that one operator makes; more are made in several stages. Default: one makes them all.
   */
  redefine(vector: Value, parts: readonly Value[], most = Number.POSITIVE_INFINITY): void {
    const flat = parts.map((part) =>
      part.shape.length === 1 ? part : this.makeValue(part.dtype, [sizeOf(part.shape)]),
    );
    this.splitInto(vector, flat, most);
    for (const [index, part] of parts.entries()) {
      const source = flat[index] as Value;
      if (source !== part) this.redefineAsReshaped(part, source);
    }
  }

  private splitInto(vector: Value, parts: readonly Value[], most: number): void {
    let outputs = parts;
    if (parts.length > most) {
      let each = most;
      while (each * most < parts.length) each *= most;
      outputs = Array.from({ length: Math.ceil(parts.length / each) }, (_, index) => {
        const inner = parts.slice(index * each, (index + 1) * each);
        if (inner.length === 1) return inner[0] as Value;
        const size = inner.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
        const joint = this.makeValue(vector.dtype, [size]);
        this.splitInto(joint, inner, most);
        return joint;
      });
    }
    const sizes = this.ints(outputs.map(({ shape }) => sizeOf(shape)));
    this.produce({ opType: "Split", inputs: [vector, sizes], attributes: { axis: 0 }, outputs });
  }

  /** Makes an existing value another one in its own shape, whatever made it before. */
  redefineAsReshaped(value: Value, source: Value): void {
    this.produce({
      opType: "Reshape",
      inputs: [source, this.ints(value.shape)],
      attributes: {},
      outputs: [value],
    });
  }

  private produce(node: Omit<GraphNode, "domain" | "origin">): void {
    const made: GraphNode = { ...node, domain: "", origin: this.origin };
    for (const output of made.outputs) output.producer = made;
  }

  private makeNode(
    opType: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    outputs: readonly TensorSpec<OnnxType>[],
    domain: string,
  ): GraphNode {
    const values = outputs.map((output) => this.makeValue(output.dtype, output.shape));
    const node: GraphNode = { opType, domain, inputs, attributes, outputs: values, origin: this.origin };
    for (const value of values) value.producer = node;
    return node;
  }
}
