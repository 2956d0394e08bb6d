import type { OnnxTensor } from "@gan/backend-ort";
import type { NetworkInput, Random } from "@gan/core";

/** A batch of what an exported network takes. */
export function drawInput({ shape, values }: NetworkInput, size: number, random: Random): OnnxTensor {
  const whole = [size, ...shape];
  const length = whole.reduce((product, dimension) => product * dimension, 1);
  if (typeof values === "object") {
    const numbers = Int32Array.from({ length }, () => random.integer(values.below));
    return { dtype: "int32", shape: whole, values: numbers };
  }
  const draws = values === "normal" ? random.normals(length) : random.uniforms(length);
  const isPictures = values === "pictures";
  return { dtype: "float32", shape: whole, values: isPictures ? draws.map((value) => 2 * value - 1) : draws };
}
