import * as tf from "@tensorflow/tfjs-core";

/** Settings of {@link Adam}; the defaults are the DCGAN paper's. */
export interface AdamOptions {
  readonly learningRate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * Adam in plain tensor operations, so that it compiles along with the step:
 * `w ← w - η/(1-β₁ᵗ) · m / (√v/√(1-β₂ᵗ) + ε)`. Kingma and Ba 2015, with PyTorch's place of ε.
 */
export class Adam {
  readonly #options: Required<AdamOptions>;
  readonly #slots: {
    readonly variable: tf.Variable;
    readonly first: tf.Variable;
    readonly second: tf.Variable;
  }[];

  constructor(variables: Iterable<tf.Variable>, options: AdamOptions = {}) {
    this.#options = { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8, ...options };
    const zeros = (like: tf.Variable) => tf.tidy(() => tf.variable(tf.zeros(like.shape), false));
    this.#slots = [...variables].map((variable) => ({
      variable,
      first: zeros(variable),
      second: zeros(variable),
    }));
  }

  /**
   * Assigns every variable and its moments.
   *
   * @param gradients by the variables' names, as tf.variableGrads gives them
   * @param count float32 scalar: 1 at the first update; a tensor, so that a compiled step takes it as an input
   */
  apply(gradients: tf.NamedTensorMap, count: tf.Scalar): void {
    const { learningRate, beta1, beta2, epsilon } = this.#options;
    const secondBias = tf.sqrt(tf.sub(1, tf.pow(beta2, count)));
    const rate = tf.div(tf.mul(learningRate, secondBias), tf.sub(1, tf.pow(beta1, count)));
    const floor = tf.mul(epsilon, secondBias);
    for (const { variable, first, second } of this.#slots) {
      const gradient = gradients[variable.name];
      if (!gradient) throw new Error(`no gradient for variable ${variable.name}`);
      const m = tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      first.assign(m);
      second.assign(v);
      variable.assign(tf.sub(variable, tf.mul(rate, tf.div(m, tf.add(tf.sqrt(v), floor)))));
    }
  }

  dispose(): void {
    for (const { first, second } of this.#slots) {
      first.dispose();
      second.dispose();
    }
  }
}
