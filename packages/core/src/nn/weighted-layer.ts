import {
  add,
  div,
  matMul,
  maximum,
  mul,
  norm,
  reshape,
  sum,
  type Tensor,
  tensor,
  transpose,
  type Variable,
} from "@tensorflow/tfjs-core";
import { withoutGradient } from "../autodiff/index.js";
import { ConfigError } from "../errors/index.js";
import type { Random } from "../random/index.js";
import type { ForwardContext } from "./forward-context.js";
import { constantInitializer, type Initializer, normalInitializer } from "./initializers.js";
import { Module } from "./module.js";
import { readParameter } from "./substitution.js";

/** How {@link WeightOptions.equalized} scales. */
export interface EqualizedOptions {
  /** Default 1; √2 in front of a ReLU keeps the variance. */
  gain?: number | undefined;
  /**
   * Lets Adam move this layer that many times as fast: stored values are divided by it and multiplied
   * again when read. Default 1.
   */
  learningRateMultiplier?: number | undefined;
}

/** Options of every layer with a weight. */
export interface WeightOptions {
  /** Draws the initial weights. */
  random: Random;
  /** Whether to add a bias. Default true. */
  bias?: boolean;
  /** First weights. Default N(0, 0.02²); N(0, 1) when equalised. */
  initializer?: Initializer | undefined;
  /** First biases. Default 0. */
  biasInitializer?: Initializer | undefined;
  /**
   * Divides the weight by its largest singular value σ = uᵀWv, followed by one power iteration in each
   * training pass; u and v count as constants. u is the buffer `singularVector`. Miyato et al. 2018.
   * Default false.
   */
  spectralNorm?: boolean | undefined;
  /**
   * Equalised learning rate: the weight is stored as N(0, 1) and multiplied by gain / √fanIn when read.
   * Karras et al. 2018. Default: not.
   */
  equalized?: EqualizedOptions | undefined;
}

/** A weight's shape and what its axes mean. */
export interface WeightLayout {
  shape: readonly number[];
  /** Which axis counts the outputs: the last, or the one before. */
  outputAxis: number;
  fanIn: number;
  fanOut: number;
}

/** x / ‖x‖ */
const normalize = (x: Tensor): Tensor => div(x, maximum(norm(x), 1e-12));

/** A layer with a weight and perhaps a bias, either as they are, equalised, or divided by their spectral norm. */
export abstract class WeightedLayer extends Module {
  readonly weight: Variable;
  readonly bias: Variable | undefined;
  readonly #name: string;
  readonly #layout: WeightLayout;
  readonly #weightScale: number;
  readonly #biasScale: number;
  readonly #singularVector: Variable | undefined;

  protected constructor(name: string, layout: WeightLayout, options: WeightOptions) {
    super();
    const { random, equalized, spectralNorm } = options;
    if (spectralNorm && equalized) {
      throw new ConfigError(
        "core",
        `${name} cannot be both equalized and under spectralNorm, which undoes the scale. Choose one.`,
      );
    }
    const { gain = 1, learningRateMultiplier = 1 } = equalized ?? {};
    if (!(learningRateMultiplier > 0)) {
      throw new ConfigError(
        "core",
        `${name}'s learningRateMultiplier must be above 0, got ${learningRateMultiplier}. Use 1 for none.`,
      );
    }
    this.#name = name;
    this.#layout = layout;
    this.#weightScale = equalized ? (gain * learningRateMultiplier) / Math.sqrt(layout.fanIn) : 1;
    this.#biasScale = learningRateMultiplier;
    const { initializer = normalInitializer(equalized ? 1 : 0.02) } = options;
    const { biasInitializer = constantInitializer(0) } = options;
    const store = (value: Tensor) => (equalized ? div(value, learningRateMultiplier) : value);
    this.weight = this.parameter("weight", () => store(initializer(layout.shape, random, layout)));
    const outputs = layout.shape[layout.outputAxis] as number;
    if (options.bias ?? true) {
      this.bias = this.parameter("bias", () => store(biasInitializer([outputs], random)));
    }
    if (spectralNorm) {
      this.#singularVector = this.buffer("singularVector", () => normalize(tensor(random.normals(outputs))));
    }
  }

  /**
   * The weight to compute with, in the shape in which it is stored: scaled where it is equalised.
   *
   * @param ctx Needed with spectralNorm only.
   * @returns Perhaps the layer's own variable: to be used within a `tf.tidy`, never disposed.
   */
  readWeight(ctx?: ForwardContext): Tensor {
    const weight = readParameter(this.weight);
    if (this.#singularVector) return this.#normalizeSpectrally(weight, this.#singularVector, ctx);
    return this.#weightScale === 1 ? weight : mul(weight, this.#weightScale);
  }

  /** `y` plus the bias over its last axis. */
  protected addBias<T extends Tensor>(y: T): T {
    if (!this.bias) return y;
    const bias = readParameter(this.bias);
    return add(y, this.#biasScale === 1 ? bias : mul(bias, this.#biasScale));
  }

  #normalizeSpectrally(weight: Tensor, vector: Variable, ctx: ForwardContext | undefined): Tensor {
    if (!ctx) {
      throw new ConfigError(
        "core",
        `${this.#name} with spectralNorm needs the context that runs it. Call forward(x, ctx).`,
      );
    }
    const { shape, outputAxis } = this.#layout;
    const outputs = shape[outputAxis] as number;
    const swapped = shape.map((_size, axis) => axis);
    swapped.push(...swapped.splice(outputAxis, 1));
    const last = outputAxis === shape.length - 1 ? weight : transpose(weight, swapped);
    const matrix = reshape(last, [-1, outputs]); // Wᵀ: [rest, outputs]
    // An average of networks averages u too, which makes it shorter than 1.
    const readVector = () => reshape(normalize(vector), [outputs, 1]);
    const v = withoutGradient(() => normalize(matMul(matrix, readVector()))); // [rest, 1]
    if (ctx.training) {
      ctx.updateBuffer(vector, () => reshape(normalize(matMul(matrix, v, true)), [outputs]));
    }
    const sigma = sum(mul(v, matMul(matrix, readVector())));
    return div(weight, sigma);
  }
}
