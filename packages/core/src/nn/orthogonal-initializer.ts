import { tensor } from "@tensorflow/tfjs-core";
import type { Initializer } from "./initializers.js";

/** Makes the rows of length `length` orthonormal, one after another, in place: Gram-Schmidt in float64. */
function orthonormalize(rows: Float64Array, length: number): void {
  for (let start = 0; start < rows.length; start += length) {
    const row = rows.subarray(start, start + length);
    for (let before = 0; before < start; before += length) {
      let product = 0;
      for (let index = 0; index < length; index++) {
        product += (row[index] as number) * (rows[before + index] as number);
      }
      for (let index = 0; index < length; index++) {
        row[index] = (row[index] as number) - product * (rows[before + index] as number);
      }
    }
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    for (let index = 0; index < length; index++) row[index] = (row[index] as number) / norm;
  }
}

/**
 * A random matrix [..., outputs], flattened to [rest, outputs], whose columns (or rows, if there are
 * fewer) are orthogonal and of norm `gain`; uniformly distributed. Saxe et al. 2014.
 *
 * @param gain Default 1.
 */
export function orthogonalInitializer(gain = 1): Initializer {
  return (shape, random) => {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const columns = shape.at(-1) ?? 1;
    const rows = size / columns;
    const tall = rows >= columns;
    const length = Math.max(rows, columns);
    const vectors = Float64Array.from(random.normals(size));
    orthonormalize(vectors, length);
    const values = new Float32Array(size);
    for (let index = 0; index < size; index++) {
      const [row, column] = [Math.floor(index / columns), index % columns];
      values[index] = gain * (vectors[tall ? column * length + row : index] as number);
    }
    return tensor(values, [...shape], "float32");
  };
}
