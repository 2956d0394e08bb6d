import type { GraphBuilder } from "./builder.js";
import type { MemoryLayout } from "./memory-layout.js";
import { sizeOf } from "./shapes.js";
import type { GraphNode, Shape, Value } from "./types.js";
import { isElementwise, isScalar, type UpdateCluster } from "./update-clusters.js";

/** Updates that are written anew on tensors of another form, in which the variables are kept between runs. */
export interface MovedUpdate {
  /** The old values; undefined when the new ones do not need them. */
  readonly input: Value | undefined;
  /** The new values. */
  readonly output: Value;
  /** Which of the given updates, one after the other in the tensor. */
  readonly members: readonly number[];
  /** The order of a single member's elements; undefined for tfjs's. */
  readonly layout: MemoryLayout | undefined;
}

/** Writes elementwise operators of alike clusters on tensors that hold all of them, in some order of elements. */
export class UpdateWriter {
  private readonly known = new Map<string, Value>();

  /**
   * @param shape of the tensors that are written
   * @param gather such a tensor from one value of each cluster
   */
  constructor(
    private readonly graph: GraphBuilder,
    private readonly group: readonly UpdateCluster[],
    private readonly shape: Shape,
    private readonly gather: (values: readonly Value[]) => Value,
  ) {}

  /** An input of the graph that holds all of `values`. */
  input(values: readonly Value[]): Value {
    const joint = this.graph.input({ dtype: "float32", shape: this.shape });
    this.known.set(keyOf(values), joint);
    return joint;
  }

  /** The tensor that holds all of `values`, as an output of the graph. */
  write(values: readonly Value[]): Value {
    const joint = this.join(values);
    return joint.producer ? joint : this.graph.copy(joint);
  }

  private join(values: readonly Value[]): Value {
    const key = keyOf(values);
    let joint = this.known.get(key);
    if (!joint) {
      joint = this.joinOperator(values) ?? this.gather(values);
      this.known.set(key, joint);
    }
    return joint;
  }

  /** The operator that made all of the values, on joint operands; undefined when they were made differently. */
  private joinOperator(values: readonly Value[]): Value | undefined {
    const nodes = values.map(({ producer }) => producer);
    const [first] = nodes;
    if (!first) return undefined;
    const attributes = JSON.stringify(first.attributes);
    const alike = nodes.every(
      (node, index): node is GraphNode =>
        node !== undefined &&
        isElementwise(node, (this.group[index] as UpdateCluster).shape) &&
        node.opType === first.opType &&
        node.inputs.length === first.inputs.length &&
        JSON.stringify(node.attributes) === attributes,
    );
    if (!alike) return undefined;
    const dependent = values.every((value, index) => (this.group[index] as UpdateCluster).region.has(value));
    const operands: (Value | undefined)[] = [];
    const tensors = new Set<Value>();
    for (let at = 0; at < first.inputs.length; at++) {
      const column = nodes.map((node) => (node as GraphNode).inputs[at]);
      const scalar = this.joinScalars(column);
      if (scalar) operands.push(scalar.value);
      else if (column.some((value, index) => !value || this.isScalarOf(value, index))) return undefined;
      else {
        tensors.add(column[0] as Value);
        // An operator of two tensors that come from elsewhere: to gather its results is less.
        if (tensors.size > 1 && !dependent) return undefined;
        operands.push(this.join(column as Value[]));
      }
    }
    const output = { shape: this.shape, dtype: "float32" } as const;
    return this.graph.op(first.opType, operands, first.attributes, output, first.domain);
  }

  private isScalarOf(value: Value, index: number): boolean {
    return isScalar(value, (this.group[index] as UpdateCluster).shape);
  }

  /** Scalar operands: the one that all share, or constants that differ as a vector. */
  private joinScalars(column: readonly (Value | undefined)[]): { value: Value | undefined } | undefined {
    const [first] = column;
    if (column.every((value) => value === first) && (!first || this.isScalarOf(first, 0)))
      return { value: first };
    const splats = column.map((value, index) =>
      value && this.isScalarOf(value, index) ? value.constant?.splat : undefined,
    );
    if (splats.some((splat) => splat === undefined)) return undefined;
    const vector = new Float32Array(sizeOf(this.shape));
    let offset = 0;
    for (const [index, splat] of splats.entries()) {
      const end = offset + sizeOf((this.group[index] as UpdateCluster).shape);
      vector.fill(splat as number, offset, end);
      offset = end;
    }
    return { value: this.graph.constant("float32", this.shape, vector) };
  }
}

const keyOf = (values: readonly Value[]): string => values.map(({ id }) => id).join();
