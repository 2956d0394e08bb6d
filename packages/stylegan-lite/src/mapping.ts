import {
  type Condition,
  Dense,
  expandCondition,
  type ForwardContext,
  Module,
  pixelNorm,
  type Random,
} from "@gan/core";
import {
  add,
  concat,
  leakyRelu,
  mean,
  mul,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Variable,
  zeros,
} from "@tensorflow/tfjs-core";
import type { StyleganLiteConfig } from "./config.js";

/** Leaky ReLU (0.2) times √2, so that the variance stays. */
export function activate<T extends Tensor>(x: T): T {
  return mul(leakyRelu(x, 0.2), Math.SQRT2);
}

/**
 * Latent → style: z is normalised, then dense layers with leaky ReLU, which learn slowly. Of a class it is told
 * by a vector, normalised too and put beside z. Keeps the mean of all styles for truncation. Karras et al. 2019.
 */
export class Mapping extends Module {
  /** Running mean of the styles: [styleSize]. */
  readonly meanStyle: Variable;
  readonly #config: StyleganLiteConfig;
  readonly #layers: Dense[] = [];
  readonly #embedding: Dense | undefined;

  constructor(config: StyleganLiteConfig, random: Random) {
    super();
    const { latentSize, styleSize, mappingLayers, mappingLearningRateMultiplier, classCount } = config;
    this.#config = config;
    if (classCount > 0) {
      const embedding = { inputs: classCount, outputs: latentSize, equalized: {}, random };
      this.#embedding = this.child("embedding", new Dense(embedding));
    }
    const equalized = { learningRateMultiplier: mappingLearningRateMultiplier };
    for (let index = 0; index < mappingLayers; index++) {
      const inputs = index > 0 ? styleSize : classCount > 0 ? 2 * latentSize : latentSize;
      const layer = new Dense({ inputs, outputs: styleSize, equalized, random });
      this.#layers.push(this.child(`layers.${index}`, layer));
    }
    this.meanStyle = this.buffer("meanStyle", () => zeros([styleSize]));
  }

  /**
   * [B, latentSize] → [B, styleSize].
   *
   * @param labels Where there are classes: int32 [B], or float32 [B, classCount].
   */
  forward(latents: Tensor2D, ctx: ForwardContext, labels?: Condition): Tensor2D {
    let x: Tensor2D = pixelNorm(latents);
    if (this.#embedding !== undefined) {
      const condition = expandCondition("Mapping", labels as Condition, this.#config.classCount);
      x = concat([x, pixelNorm(this.#embedding.forward(condition))], 1);
    }
    for (const layer of this.#layers) x = activate(layer.forward(x));
    if (ctx.training) {
      const { meanStyleDecay } = this.#config;
      ctx.updateBuffer(this.meanStyle, () =>
        add(mul(this.meanStyle, meanStyleDecay), mul(mean<Tensor1D>(x, 0), 1 - meanStyleDecay)),
      );
    }
    return x;
  }

  /**
   * Draws styles towards their mean, `w̄ + ψ(w - w̄)`: more typical, less varied. Karras et al. 2019, appendix B.
   *
   * @param styles [..., styleSize].
   * @param truncation ψ; 1 leaves them as they are, 0 gives the mean alone.
   */
  truncate<Styles extends Tensor>(styles: Styles, truncation: number): Styles {
    if (truncation === 1) return styles;
    return add(this.meanStyle, mul(sub(styles, this.meanStyle), truncation));
  }
}
