import { BackendOrtError } from "../errors.js";
import { arrayOf, GraphCore } from "./core.js";
import { Images } from "./images.js";
import type { Pass } from "./passes.js";
import {
  broadcastShapes,
  invertPermutation,
  isIdentityPermutation,
  normalizeAxes,
  permuteShape,
  range,
  reducedShape,
  sameShape,
  sizeOf,
} from "./shapes.js";
import { beforeMove, beforeReshape, binaryBeforeReshape, shrunk, simplified } from "./simplify-binary.js";
import type { Attributes, OnnxType, Shape, Value } from "./types.js";

export type BinaryOp = "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Max" | "Min";
export type CompareOp =
  | "Greater"
  | "GreaterOrEqual"
  | "Less"
  | "LessOrEqual"
  | "Equal"
  | "And"
  | "Or"
  | "Xor";
export type ReduceOp =
  | "ReduceSum"
  | "ReduceMean"
  | "ReduceMax"
  | "ReduceMin"
  | "ReduceProd"
  | "ReduceSumSquare";

export const ONNX_TYPE_CODE: Readonly<Record<OnnxType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/** Operators of one vector that do not care for its shape. */
const POINTWISE = new Set(["Abs", "Exp", "Neg", "Reciprocal", "Sqrt"]);

const FOLDED: Partial<Record<BinaryOp, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};

/** Operators that only bring elements into another order or shape. */
const MOVES = new Set(["Reshape", "Transpose", "ReorderInput", "ReorderOutput"]);

/**
 * Writes an ONNX graph operator by operator. Its methods know shapes and dtypes, and simplify while they
 * write: what cancels (two transposes), does nothing (adding zero to a tensor of the full shape) or is known
 * (scalars) never becomes a node. Tensors are as tfjs has them: NHWC images, HWIO filters.
 */
export class GraphBuilder extends GraphCore {
  readonly images: Images;

  /** @param block channels to a block of the CPU provider's image layout; undefined to keep to plain ONNX */
  constructor(block?: number, without?: ReadonlySet<Pass>) {
    super(without);
    this.images = new Images(this, this.without.has("blocked") ? undefined : block);
  }

  solid(value: Value): Value {
    return value.virtual ? this.images.solid(value) : value;
  }

  /** An elementwise operator of one tensor, of the same shape; `dtype` when the result's differs. */
  unary(
    opType: string,
    x: Value,
    attributes: Attributes = {},
    dtype: OnnxType = x.dtype,
    domain = "",
  ): Value {
    const image =
      x.virtual && dtype === "float32" && domain === "" && this.images.unary(opType, x, attributes);
    if (image) return image;
    const inner = POINTWISE.has(opType) ? beforeReshape(this, x) : undefined;
    if (inner) return this.reshape(this.unary(opType, inner, attributes, dtype, domain), x.shape);
    return this.op(opType, [x], attributes, { shape: x.shape, dtype }, domain);
  }

  /** An arithmetic operator with broadcasting; both operands and the result have one dtype. */
  binary(opType: BinaryOp, a: Value, b: Value): Value {
    const shape = broadcastShapes(a.shape, b.shape);
    const left = a.constant?.splat;
    const right = b.constant?.splat;
    if (left !== undefined && right !== undefined && a.dtype === "float32") {
      const folded = FOLDED[opType]?.(left, right);
      if (folded !== undefined) return this.fill("float32", shape, Math.fround(folded));
    }
    const neutral = opType === "Mul" || opType === "Div" || opType === "Pow" ? 1 : 0;
    if (opType !== "Max" && opType !== "Min") {
      if (right === neutral && sameShape(shape, a.shape)) return a;
      const commutes = opType === "Add" || opType === "Mul";
      if (commutes && left === neutral && sameShape(shape, b.shape)) return b;
    }
    if (a.virtual || b.virtual) {
      const image = this.images.binary(opType, a, b);
      if (image) return image;
    }
    if (opType === "Mul") {
      // A splat of 1 that still widens the other operand.
      const expanded =
        right === 1
          ? this.images.expanded(a, shape)
          : left === 1
            ? this.images.expanded(b, shape)
            : undefined;
      if (expanded) return expanded;
    }
    const moved = opType === "Add" || opType === "Sub" ? beforeMove(this, opType, a, b) : undefined;
    if (moved) return moved;
    const reshaped = binaryBeforeReshape(this, opType, a, b, shape) ?? simplified(this, opType, a, b, shape);
    if (reshaped) return reshaped;
    const operands = [shrunk(this, a, b.shape), shrunk(this, b, a.shape)] as [Value, Value];
    // One order for what commutes, so that a + b and b + a are one node.
    if ((opType === "Add" || opType === "Mul") && operands[0].id > operands[1].id) operands.reverse();
    return this.op(opType, operands, {}, { shape, dtype: a.dtype });
  }

  add(a: Value, b: Value): Value {
    return this.binary("Add", a, b);
  }
  sub(a: Value, b: Value): Value {
    return this.binary("Sub", a, b);
  }
  mul(a: Value, b: Value): Value {
    return this.binary("Mul", a, b);
  }
  div(a: Value, b: Value): Value {
    return this.binary("Div", a, b);
  }
  neg(x: Value): Value {
    return this.unary("Neg", x);
  }
  /** x · factor + offset with scalar constants. */
  affine(x: Value, factor: number, offset: number): Value {
    return this.add(this.mul(x, this.scalar(factor, x.dtype)), this.scalar(offset, x.dtype));
  }

  /** A comparison or logical operator with broadcasting, giving bool. */
  compare(opType: CompareOp, a: Value, b: Value): Value {
    const shape = broadcastShapes(a.shape, b.shape);
    if (
      opType === "Greater" &&
      a.virtual?.kind === "linear" &&
      b.constant?.splat === 0 &&
      sameShape(shape, a.shape)
    ) {
      return this.virtual(shape, "bool", { kind: "positive", of: a });
    }
    return this.op(
      opType,
      [shrunk(this, a, b.shape), shrunk(this, b, a.shape)],
      {},
      { shape, dtype: "bool" },
    );
  }

  not(x: Value): Value {
    return this.unary("Not", x);
  }

  /** condition ? a : b, elementwise with broadcasting; a and b have one dtype. */
  where(condition: Value, a: Value, b: Value): Value {
    const image = this.images.where(condition, a, b);
    if (image) return image;
    const shape = broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape));
    return this.op("Where", [condition, a, b], {}, { shape, dtype: a.dtype });
  }

  /** 1 where x > 0, alpha elsewhere, with 0 ≤ alpha ≤ 1; for images only. */
  slope(x: Value, alpha: number): Value | undefined {
    return x.virtual ? this.images.slope(x, alpha) : undefined;
  }

  /** ONNX's cast: float to int truncates towards zero, anything non-zero becomes true. */
  cast(x: Value, dtype: OnnxType): Value {
    if (x.dtype === dtype) return x;
    if (x.virtual?.kind === "positive" && dtype === "float32") return this.images.slope(x.virtual.of, 0);
    const splat = x.constant?.splat;
    if (splat !== undefined && Number.isFinite(splat)) {
      return this.fill(
        dtype,
        x.shape,
        dtype === "bool" ? Number(splat !== 0) : dtype.startsWith("float") ? splat : Math.trunc(splat),
      );
    }
    return this.op("Cast", [x], { to: ONNX_TYPE_CODE[dtype] }, { shape: x.shape, dtype });
  }

  reshape(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new BackendOrtError("Reshape", `cannot reshape [${x.shape}] to [${shape}]: the sizes differ.`);
    }
    if (x.constant) {
      return x.constant.splat === undefined
        ? this.constant(x.dtype, shape, x.constant.values)
        : this.fill(x.dtype, shape, x.constant.splat);
    }
    const source = x.producer?.opType === "Reshape" ? (x.producer.inputs[0] as Value) : x;
    if (sameShape(source.shape, shape)) return source;
    return this.op("Reshape", [source, this.ints(shape)], {}, { shape, dtype: x.dtype });
  }

  transpose(x: Value, permutation: readonly number[]): Value {
    if (isIdentityPermutation(permutation)) return x;
    if (x.constant?.splat !== undefined) {
      return this.fill(x.dtype, permuteShape(x.shape, permutation), x.constant.splat);
    }
    const producer = x.producer;
    if (producer?.opType === "Transpose") {
      const first = producer.attributes["perm"] as readonly number[];
      return this.transpose(
        producer.inputs[0] as Value,
        permutation.map((axis) => first[axis] as number),
      );
    }
    const shape = permuteShape(x.shape, permutation);
    // Moving axes of length one only is a reshape.
    const moved = permutation.filter((axis) => x.shape[axis] !== 1);
    if (moved.every((axis, index) => index === 0 || axis > (moved[index - 1] as number)))
      return this.reshape(x, shape);
    return this.op("Transpose", [x], { perm: permutation }, { shape, dtype: x.dtype });
  }

  /** Undoes `transpose(x, permutation)`. */
  untranspose(x: Value, permutation: readonly number[]): Value {
    return this.transpose(x, invertPermutation(permutation));
  }

  expand(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    if (x.constant?.splat !== undefined) return this.fill(x.dtype, shape, x.constant.splat);
    return this.op("Expand", [x, this.ints(shape)], {}, { shape, dtype: x.dtype });
  }

  tile(x: Value, repeats: readonly number[]): Value {
    if (repeats.every((repeat) => repeat === 1)) return x;
    const shape = x.shape.map((dimension, axis) => dimension * (repeats[axis] as number));
    return this.op("Tile", [x, this.ints(repeats)], {}, { shape, dtype: x.dtype });
  }

  /**
   * Reduces `axes` (all when undefined), which may be negative.
   * Reducing no axis, or axes of length one, gives x in the reduced shape (squared for ReduceSumSquare).
   */
  reduce(
    opType: ReduceOp,
    x: Value,
    axes: readonly number[] = range(x.shape.length),
    keepDims = false,
  ): Value {
    const sorted = normalizeAxes(axes, x.shape.length);
    if (x.virtual && x.dtype === "float32" && (opType === "ReduceSum" || opType === "ReduceMean")) {
      const sum = this.images.reducedSum(x, sorted);
      if (sum) {
        const count = sizeOf(sorted.map((axis) => x.shape[axis] as number));
        const result = opType === "ReduceMean" ? this.div(sum, this.scalar(count)) : sum;
        return this.reshape(result, reducedShape(x.shape, sorted, keepDims));
      }
    }
    const shape = reducedShape(x.shape, sorted, keepDims);
    if (sorted.every((axis) => x.shape[axis] === 1)) {
      return this.reshape(opType === "ReduceSumSquare" ? this.mul(x, x) : x, shape);
    }
    const splat = x.constant?.splat;
    if (splat !== undefined && (opType === "ReduceSum" || opType === "ReduceMean") && x.dtype === "float32") {
      const count = sizeOf(sorted.map((axis) => x.shape[axis] as number));
      return this.fill("float32", shape, Math.fround(opType === "ReduceSum" ? splat * count : splat));
    }
    const inAnyOrder = opType === "ReduceSum" && sorted.length === x.shape.length && this.beforeMoves(x);
    if (inAnyOrder) return this.reshape(this.reduce(opType, inAnyOrder), shape);
    return this.op(opType, [x, this.ints(sorted)], { keepdims: keepDims ? 1 : 0 }, { shape, dtype: x.dtype });
  }

  /** A tensor, or its square, in the order and shape in which its elements were made; undefined when that is this one. */
  private beforeMoves(x: Value): Value | undefined {
    if (this.without.has("moves")) return undefined;
    const node = x.producer;
    if (!node) return undefined;
    if (node.opType === "Mul" && node.inputs[0] === node.inputs[1]) {
      const root = this.beforeMoves(node.inputs[0] as Value);
      return root && this.mul(root, root);
    }
    if (!MOVES.has(node.opType)) return undefined;
    const source = node.inputs[0] as Value;
    if (sizeOf(source.shape) !== sizeOf(x.shape)) return undefined;
    return this.beforeMoves(source) ?? source;
  }

  /** Numpy's matmul of float32 tensors of rank 2 or more, batch dimensions broadcasting. */
  matmul(a: Value, b: Value): Value {
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const [rows, inner] = a.shape.slice(-2);
    const [innerOther, columns] = b.shape.slice(-2);
    if (inner !== innerOther) {
      throw new BackendOrtError("MatMul", `inner dimensions differ: [${a.shape}] and [${b.shape}].`);
    }
    return this.op(
      "MatMul",
      [a, b],
      {},
      { shape: [...batch, rows as number, columns as number], dtype: a.dtype },
    );
  }

  /** x[start : end : step] on the given axes, all within bounds; a negative step runs backwards. */
  slice(
    x: Value,
    axes: readonly number[],
    starts: readonly number[],
    ends: readonly number[],
    steps: readonly number[] = axes.map(() => 1),
  ): Value {
    const shape = [...x.shape];
    for (const [index, axis] of axes.entries()) {
      const span = (ends[index] as number) - (starts[index] as number);
      shape[axis] = Math.max(0, Math.ceil(span / (steps[index] as number)));
    }
    if (sameShape(shape, x.shape) && steps.every((step) => step === 1)) return x;
    if (x.constant?.splat !== undefined) return this.fill(x.dtype, shape, x.constant.splat);
    // A backwards slice down to element 0 ends before it: ONNX wants a number below every index.
    const onnxEnds = ends.map((end) => (end < 0 ? -2147483648 : end));
    return this.op(
      "Slice",
      [x, this.ints(starts), this.ints(onnxEnds), this.ints(axes), this.ints(steps)],
      {},
      { shape, dtype: x.dtype },
    );
  }

  /** Equal parts along an axis. */
  split(x: Value, parts: number, axis: number): readonly Value[] {
    const length = (x.shape[axis] as number) / parts;
    const shape = x.shape.map((dimension, at) => (at === axis ? length : dimension));
    const sizes = this.ints(Array.from({ length: parts }, () => length));
    const outputs = Array.from({ length: parts }, () => ({ shape, dtype: x.dtype }));
    return this.ops("Split", [x, sizes], { axis }, outputs);
  }

  concat(values: readonly Value[], axis: number): Value {
    const first = values[0];
    if (!first) throw new BackendOrtError("Concat", "got no tensors. Give at least one.");
    if (values.length === 1) return first;
    const shape = [...first.shape];
    shape[axis] = values.reduce((sum, value) => sum + (value.shape[axis] as number), 0);
    return this.op("Concat", values, { axis }, { shape, dtype: first.dtype });
  }

  /** Pads with a constant, or by ONNX's `reflect` (mirror without the edge) and `edge`. */
  pad(
    x: Value,
    before: readonly number[],
    after: readonly number[],
    fillValue = 0,
    mode: "constant" | "reflect" | "edge" = "constant",
  ): Value {
    if ([...before, ...after].every((amount) => amount === 0)) return x;
    const shape = x.shape.map(
      (dimension, axis) => dimension + (before[axis] as number) + (after[axis] as number),
    );
    const fill = mode === "constant" ? this.scalar(fillValue, x.dtype) : undefined;
    return this.op("Pad", [x, this.ints([...before, ...after]), fill], { mode }, { shape, dtype: x.dtype });
  }

  /** Takes `indices` (int32 or int64, within bounds) along `axis`; the index's shape replaces that axis. */
  gather(x: Value, indices: Value, axis: number): Value {
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return this.op("Gather", [x, indices], { axis }, { shape, dtype: x.dtype });
  }

  /** A small constant tensor from plain numbers. */
  tensor(values: readonly number[], shape: Shape = [values.length], dtype: OnnxType = "float32"): Value {
    return this.constant(dtype, shape, arrayOf(dtype, values));
  }
}
