import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import type { Random } from "../random/index.js";
import type { ForwardContext } from "./forward-context.js";

/**
 * A context to run networks outside training: running statistics instead of batch statistics, noise
 * drawn at once from `random`. Its tensors belong to the caller's `tf.tidy`.
 */
export function createInferenceContext(random: Random): ForwardContext {
  const named = new Map<string, Tensor>();
  return {
    training: false,
    normal(shape, name) {
      const known = name === undefined ? undefined : named.get(name);
      if (known !== undefined && !known.isDisposed) return known;
      const size = shape.reduce((product, dimension) => product * dimension, 1);
      const noise = tensor(random.normals(size), [...shape], "float32");
      if (name !== undefined) named.set(name, noise);
      return noise;
    },
    updateBuffer(buffer) {
      throw new ConfigError(
        "core",
        `statistics (${buffer.shape}) cannot be updated outside training. Let layers do so only when ctx.training is true.`,
      );
    },
  };
}
