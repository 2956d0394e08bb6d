import { add, mul, reshape, type Tensor } from "@tensorflow/tfjs-core";
import type { Random } from "../random/index.js";
import { type Condition, expandCondition } from "./condition.js";
import { Dense } from "./dense.js";
import type { ForwardContext } from "./forward-context.js";
import { constantInitializer, type Initializer } from "./initializers.js";
import { RunningNorm, type RunningNormOptions } from "./running-norm.js";

/** Options of {@link ConditionalBatchNorm}. */
export interface ConditionalBatchNormOptions extends RunningNormOptions {
  /** Number of classes, or of features when classes come embedded. */
  conditionSize: number;
  /** Draws the initial weights. */
  random: Random;
  /** First weights of gain and shift. Default: gain N(0, 0.02²), shift 0. */
  initializer?: Initializer | undefined;
  /** Divides the weights of gain and shift by their spectral norm. Default false. */
  spectralNorm?: boolean | undefined;
}

/**
 * Batch normalisation whose scale and shift depend on a class c:
 * `y = (1 + G·c) (x - μ) / √(σ² + ε) + S·c`. With class numbers, G and S are tables of a row for each
 * class (de Vries et al. 2017, Miyato and Koyama 2018); with a shared embedding in place of c, it is
 * BigGAN's (Brock et al. 2019).
 */
export class ConditionalBatchNorm extends RunningNorm {
  readonly #conditionSize: number;
  readonly #gain: Dense;
  readonly #shift: Dense;

  /** @throws ConfigError when a size is no whole number from 1. */
  constructor(options: ConditionalBatchNormOptions) {
    super("ConditionalBatchNorm", options);
    const { channels, conditionSize, random, initializer, spectralNorm } = options;
    this.#conditionSize = conditionSize;
    const shared = { inputs: conditionSize, outputs: channels, bias: false, random, spectralNorm };
    this.#gain = this.child("gain", new Dense({ ...shared, initializer }));
    const first = initializer ?? constantInitializer(0);
    this.#shift = this.child("shift", new Dense({ ...shared, initializer: first }));
  }

  /**
   * Same shape out as in: [B, channels] or [B, H, W, channels].
   *
   * @param condition int32 [B] or float32 [B, conditionSize].
   * @throws ShapeError when x or the condition is of another shape.
   */
  forward<T extends Tensor>(x: T, condition: Condition, ctx: ForwardContext): T {
    const normal = this.normalize(x, ctx);
    const rows = expandCondition("ConditionalBatchNorm", condition, this.#conditionSize);
    const shape = x.shape.map((size, axis) => (axis === 0 || axis === x.rank - 1 ? size : 1));
    const gain = reshape(add(this.#gain.forward(rows, ctx), 1), shape); // [B, 1, 1, C]
    const shift = reshape(this.#shift.forward(rows, ctx), shape);
    return add(mul(normal, gain), shift);
  }
}
