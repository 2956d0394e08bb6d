import * as tf from "@tensorflow/tfjs-core";

/** Settings of {@link Adam}; the defaults are the DCGAN paper's. */
export interface AdamOptions {
  readonly learningRate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Variables of up to so many elements are updated together, as one vector: a dozen operators for all of them. */
const TOGETHER = 16384;

/** Variables that share one pair of moments, and those moments as flat as the variables together. */
interface Slot {
  readonly variables: readonly tf.Variable[];
  readonly first: tf.Variable;
  readonly second: tf.Variable;
}

const zeros = (shape: number[]): tf.Variable => tf.tidy(() => tf.variable(tf.zeros(shape), false));
const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor1D =>
  tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [tensor.size])));

/**
 * Adam in plain tensor operations, so that it compiles along with the step:
 * `w ← w - η/(1-β₁ᵗ) · m / (√v/√(1-β₂ᵗ) + ε)`. Kingma and Ba 2015, with PyTorch's place of ε.
 */
export class Adam {
  readonly #options: Required<AdamOptions>;
  readonly #slots: Slot[];

  constructor(variables: Iterable<tf.Variable>, options: AdamOptions = {}) {
    this.#options = { learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8, ...options };
    const all = [...variables];
    const small = all.filter(({ size }) => size <= TOGETHER);
    this.#slots = all
      .filter(({ size }) => size > TOGETHER)
      .map((variable) => ({
        variables: [variable],
        first: zeros(variable.shape),
        second: zeros(variable.shape),
      }));
    if (small.length > 0) {
      const length = small.reduce((sum, { size }) => sum + size, 0);
      this.#slots.push({ variables: small, first: zeros([length]), second: zeros([length]) });
    }
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
    const gradientOf = (variable: tf.Variable): tf.Tensor => {
      const gradient = gradients[variable.name];
      if (!gradient) throw new Error(`no gradient for variable ${variable.name}`);
      return gradient;
    };
    const updated = ({ first, second }: Slot, weights: tf.Tensor, gradient: tf.Tensor): tf.Tensor => {
      const m = tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      first.assign(m);
      second.assign(v);
      return tf.sub(weights, tf.mul(rate, tf.div(m, tf.add(tf.sqrt(v), floor))));
    };
    for (const slot of this.#slots) {
      const [only, ...more] = slot.variables as [tf.Variable, ...tf.Variable[]];
      if (more.length === 0 && slot.first.shape.length === only.shape.length) {
        only.assign(updated(slot, only, gradientOf(only)));
        continue;
      }
      const weights = updated(slot, flatten(slot.variables), flatten(slot.variables.map(gradientOf)));
      const parts = tf.split(
        weights,
        slot.variables.map(({ size }) => size),
      );
      for (const [index, variable] of slot.variables.entries()) {
        variable.assign(tf.reshape(parts[index] as tf.Tensor, variable.shape));
      }
    }
  }

  dispose(): void {
    for (const { first, second } of this.#slots) {
      first.dispose();
      second.dispose();
    }
  }
}
