import { scalar, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import type { Random } from "../random/index.js";
import type { ForwardContext } from "./forward-context.js";

type Distribution = "normal" | "uniform";

/** Options of {@link createInferenceContext}. */
export interface InferenceOptions {
  /** What `ctx.scalar` gives, by name. Default: none. */
  scalars?: Readonly<Record<string, number>>;
}

/**
 * A context to run networks outside training: running statistics instead of batch statistics, noise
 * drawn at once from `random`, reports dropped. Its tensors belong to the caller's `tf.tidy`.
 */
export function createInferenceContext(random: Random, options: InferenceOptions = {}): ForwardContext {
  const { scalars = {} } = options;
  const named = new Map<string, Tensor>();
  const draw = (distribution: Distribution, shape: readonly number[], name: string | undefined) => {
    const known = name === undefined ? undefined : named.get(name);
    if (known !== undefined && !known.isDisposed) return known;
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const values = distribution === "normal" ? random.normals(size) : random.uniforms(size);
    const noise = tensor(values, [...shape], "float32");
    if (name !== undefined) named.set(name, noise);
    return noise;
  };
  return {
    training: false,
    normal: (shape, name) => draw("normal", shape, name),
    uniform: (shape, name) => draw("uniform", shape, name),
    scalar(name) {
      const value = scalars[name];
      if (value === undefined) {
        throw new ConfigError(
          "core",
          `outside training nobody gives the scalar ${name}. Pass it to createInferenceContext, or ask for it only when ctx.training is true.`,
        );
      }
      return scalar(value);
    },
    report() {},
    updateBuffer(buffer) {
      throw new ConfigError(
        "core",
        `statistics (${buffer.shape}) cannot be updated outside training. Let layers do so only when ctx.training is true.`,
      );
    },
  };
}
