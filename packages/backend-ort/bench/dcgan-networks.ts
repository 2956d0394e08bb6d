import * as tf from "@tensorflow/tfjs-core";

/** Length of the generator's input vector. */
export const noiseSize = 100;

/** What shapes a DCGAN. */
export interface NetworkShape {
  /** Height and width in pixels: 4 · 2ⁿ, n ≥ 2. */
  readonly size: number;
  /** Channels of the discriminator's first level; each level below doubles them. */
  readonly features: number;
}

interface Normalisation {
  readonly scale: tf.Variable;
  readonly shift: tf.Variable;
}

/** A network: a function of one tensor, and the variables it reads by name. Its maker disposes them. */
export interface Network {
  readonly variables: ReadonlyMap<string, tf.Variable>;
  apply(input: tf.Tensor): tf.Tensor;
}

/** Channels of each level, from the widest picture to the 4×4 one: features, 2·features, … */
export function computeWidths({ size, features }: NetworkShape): number[] {
  const levels = Math.log2(size) - 2;
  if (!Number.isInteger(levels) || levels < 2) {
    throw new RangeError(`size must be 16, 32, 64 or a further power of two, got ${size}`);
  }
  return Array.from({ length: levels }, (_, level) => features * 2 ** level);
}

class Variables {
  readonly byName = new Map<string, tf.Variable>();

  #add(name: string, initial: tf.Tensor): tf.Variable {
    const variable = tf.variable(initial, true);
    initial.dispose();
    this.byName.set(name, variable);
    return variable;
  }

  /** N(0, 0.02²), as the DCGAN paper starts every weight. */
  weight(name: string, shape: number[]): tf.Variable {
    return this.#add(name, tf.randomNormal(shape, 0, 0.02));
  }

  normalisation(name: string, channels: number): Normalisation {
    return {
      scale: this.#add(`${name}.scale`, tf.ones([channels])),
      shift: this.#add(`${name}.shift`, tf.zeros([channels])),
    };
  }
}

/** `scale · (x - μ) / √(σ² + 1e-5) + shift` with the batch's own moments over all axes but the last. */
function normalise(x: tf.Tensor, { scale, shift }: Normalisation): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  return tf.add(tf.mul(tf.sub(x, mean), tf.mul(tf.rsqrt(tf.add(variance, 1e-5)), scale)), shift);
}

/** [B, 100] noise → [B, size, size, 3] in (-1, 1): a projection to 4×4, then transposed convolutions (4×4, stride 2). */
export function createGenerator(shape: NetworkShape): Network {
  const variables = new Variables();
  const widths = computeWidths(shape).reverse(); // widest first
  const [widest] = widths as [number];
  const projection = variables.weight("projection", [noiseSize, 4 * 4 * widest]);
  const levels = widths.map((channels, level) => ({
    channels,
    normalisation: variables.normalisation(`levels.${level}`, channels),
    kernel: variables.weight(`levels.${level}.kernel`, [4, 4, widths[level + 1] ?? 3, channels]),
  }));
  const apply = (noise: tf.Tensor) => {
    const batch = noise.shape[0] as number;
    let x: tf.Tensor = tf.reshape(tf.matMul(noise, projection), [batch, 4, 4, widest]);
    let pixels = 4;
    for (const { kernel, normalisation } of levels) {
      pixels *= 2;
      const outputs: [number, number, number, number] = [batch, pixels, pixels, kernel.shape[2] as number];
      x = tf.relu(normalise(x, normalisation));
      x = tf.conv2dTranspose(x as tf.Tensor4D, kernel as tf.Tensor as tf.Tensor4D, outputs, 2, "same");
    }
    return tf.tanh(x);
  };
  return { variables: variables.byName, apply };
}

/** [B, size, size, 3] → [B, 1] logits: convolutions (4×4, stride 2), LeakyReLU 0.2, batch norm in all but the first. */
export function createDiscriminator(shape: NetworkShape): Network {
  const variables = new Variables();
  const widths = computeWidths(shape);
  const levels = widths.map((channels, level) => ({
    kernel: variables.weight(`levels.${level}.kernel`, [4, 4, widths[level - 1] ?? 3, channels]),
    normalisation: level > 0 ? variables.normalisation(`levels.${level}`, channels) : undefined,
  }));
  const flat = 4 * 4 * (widths.at(-1) as number);
  const logit = variables.weight("logit", [flat, 1]);
  const apply = (images: tf.Tensor) => {
    let x = images;
    for (const { kernel, normalisation } of levels) {
      x = tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor as tf.Tensor4D, 2, "same");
      if (normalisation) x = normalise(x, normalisation);
      x = tf.leakyRelu(x, 0.2);
    }
    return tf.matMul(tf.reshape(x, [images.shape[0] as number, flat]), logit);
  };
  return { variables: variables.byName, apply };
}
