import type { Virtual } from "./linear.js";

/** Element types that tfjs tensors have and that compile to ONNX. */
export type DType = "float32" | "int32" | "bool";

/** Element types inside an ONNX graph: the tensor types, int64 for shapes, axes and indices, float64 in between. */
export type OnnxType = DType | "int64" | "float64";

export type Shape = readonly number[];

/** What is known of a tensor before it has a value. */
export interface TensorSpec<T extends OnnxType = DType> {
  readonly shape: Shape;
  readonly dtype: T;
}

export type ConstantArray = Float32Array | Int32Array | Uint8Array | BigInt64Array | Float64Array;

/**
 * A constant of the graph. `splat` is set when all elements are equal (then `values` holds just that one
 * element), so that a filled tensor costs nothing until an operator needs it in full.
 */
export interface ConstantData {
  readonly values: ConstantArray;
  readonly splat: number | undefined;
}

export interface FloatAttribute {
  readonly float: number;
}
export interface FloatsAttribute {
  readonly floats: readonly number[];
}
/** Plain numbers and arrays of them are ONNX ints; floats are wrapped by {@link float} or {@link floats}. */
export type Attribute = number | readonly number[] | string | FloatAttribute | FloatsAttribute;
export type Attributes = Readonly<Record<string, Attribute>>;

export const float = (value: number): FloatAttribute => ({ float: value });
export const floats = (values: readonly number[]): FloatsAttribute => ({ floats: values });

/** One operator of the ONNX graph. */
export interface GraphNode {
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
  /** The tfjs kernel and the shapes that it came from, for error messages and profiles. */
  readonly origin: string;
}

/** One tensor of the ONNX graph, in static single assignment form. */
export interface Value {
  readonly id: number;
  readonly dtype: OnnxType;
  readonly shape: Shape;
  /** The node that makes it; undefined for graph inputs and constants. */
  producer: GraphNode | undefined;
  readonly constant: ConstantData | undefined;
  /** Set for an image that is combined symbolically and that no node makes: see Images. */
  readonly virtual: Virtual | undefined;
}
