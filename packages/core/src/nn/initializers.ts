import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { Random } from "../random/index.js";

/** Makes a parameter's first value: float32, of the given shape, owned by the caller. */
export type Initializer = (shape: readonly number[], random: Random) => Tensor;

/** Independent values of N(mean, standardDeviation²), drawn from the generator that is passed. */
export function normalInitializer(standardDeviation: number, mean = 0): Initializer {
  return (shape, random) => {
    const values = random.normals(shape.reduce((product, dimension) => product * dimension, 1));
    for (let index = 0; index < values.length; index++) {
      values[index] = mean + standardDeviation * (values[index] as number);
    }
    return tensor(values, [...shape], "float32");
  };
}
