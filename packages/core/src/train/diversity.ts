import type { Tensor4D } from "@tensorflow/tfjs-core";

/**
 * How different the pictures of a batch are from each other: the root mean square distance of a value
 * over all pairs, `mean over pairs of √(mean (a - b)²)`, in units of the pictures' values. 0 when all
 * are the same.
 *
 * @param images [count, height, width, channels], count at least 2; stays the caller's.
 */
export async function computeDiversity(images: Tensor4D): Promise<number> {
  const count = images.shape[0];
  const values = await images.data<"float32">();
  const size = values.length / count;
  let total = 0;
  for (let first = 0; first < count; first++) {
    for (let second = first + 1; second < count; second++) {
      let squares = 0;
      for (let index = 0; index < size; index++) {
        const difference =
          (values[first * size + index] as number) - (values[second * size + index] as number);
        squares += difference * difference;
      }
      total += Math.sqrt(squares / size);
    }
  }
  return total / ((count * (count - 1)) / 2);
}
