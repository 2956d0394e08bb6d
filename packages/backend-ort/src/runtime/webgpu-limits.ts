import type { GraphNode, Value } from "../graph/types.js";

/**
 * Whether ONNX Runtime 1.30's WebGPU provider claims a node that it then fails to run, or gets wrong. Such nodes
 * have to run on the CPU.
 */
export function exceedsWebgpu({ opType, inputs, outputs, attributes }: GraphNode): boolean {
  switch (opType) {
    case "MaxPool": // Fails with indices.
      return outputs.length > 1;
    case "ConvTranspose": {
      // Fails in three dimensions. Wrong sums in groups of several input channels.
      const shape = inputs[0]?.shape ?? [];
      const groups = Number(attributes["group"] ?? 1);
      return shape.length > 4 || (groups > 1 && shape[1] !== groups);
    }
    case "Slice":
      return startsBackwardsInside(inputs);
    default:
      return false;
  }
}

/** Backward slices are taken from the last element, wherever they start. */
function startsBackwardsInside([x, starts, , axes, steps]: GraphNode["inputs"]): boolean {
  const shape = x?.shape ?? [];
  return integers(axes).some((axis, index) => {
    const last = (shape[axis] as number) - 1;
    return (integers(steps)[index] as number) < 0 && integers(starts)[index] !== last;
  });
}

/** The elements of a one-dimensional constant. */
function integers(value: Value | undefined): readonly number[] {
  const { values, splat } = value?.constant ?? { values: [], splat: undefined };
  return splat === undefined ? Array.from(values, Number) : Array<number>(value?.shape[0] ?? 0).fill(splat);
}
