import { matMul, type Tensor2D } from "@tensorflow/tfjs-core";
import { checkChannels, checkCounts } from "./check-channels.js";
import type { ForwardContext } from "./forward-context.js";
import { WeightedLayer, type WeightOptions } from "./weighted-layer.js";

/** Options of {@link Dense}. */
export interface DenseOptions extends WeightOptions {
  /** Features that come in. */
  inputs: number;
  /** Features that go out. */
  outputs: number;
}

/** `y = x·W (+ b)`: [batch, inputs] → [batch, outputs], float32. Weight: [inputs, outputs]. */
export class Dense extends WeightedLayer {
  readonly #inputs: number;

  /** @throws ConfigError when a size is no whole number from 1 or options contradict each other. */
  constructor(options: DenseOptions) {
    const { inputs, outputs } = options;
    checkCounts("Dense", { inputs, outputs });
    const layout = { shape: [inputs, outputs], outputAxis: 1, fanIn: inputs, fanOut: outputs };
    super("Dense", layout, options);
    this.#inputs = inputs;
  }

  /**
   * @param ctx Needed with spectralNorm only.
   * @throws ShapeError when x is not [batch, inputs].
   */
  forward(x: Tensor2D, ctx?: ForwardContext): Tensor2D {
    checkChannels("Dense", x, 2, this.#inputs);
    const y: Tensor2D = matMul(x, this.readWeight(ctx) as Tensor2D);
    return this.addBias(y);
  }
}
