import { DataError } from "../../errors/index.js";

/** A tensor of a file of weights on the host, row by row. */
export interface WeightTensor {
  shape: readonly number[];
  values: Float32Array;
}

/** A network's weights by name. */
export type WeightTensors = ReadonlyMap<string, WeightTensor>;

/**
 * A tensor that must be there.
 *
 * @param source What to call the file in errors.
 * @param shape As it must be; -1 for any size.
 * @throws DataError when it is absent, or has another shape.
 */
export function requireTensor(
  tensors: WeightTensors,
  name: string,
  source: string,
  shape: readonly number[],
): WeightTensor {
  const found = tensors.get(name);
  if (found === undefined) {
    throw new DataError(
      "core",
      `${source} must hold ${name}, which is missing. Give the weights of this network.`,
    );
  }
  const fits =
    found.shape.length === shape.length &&
    shape.every((size, axis) => size === -1 || size === found.shape[axis]);
  if (fits) return found;
  const needed = shape.map((size) => (size === -1 ? "any" : size)).join(", ");
  throw new DataError(
    "core",
    `${source}: ${name} must be [${needed}], got [${found.shape.join(", ")}]. Give the weights of this network.`,
  );
}
