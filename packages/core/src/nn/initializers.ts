import { fill, type Tensor, tensor, zeros } from "@tensorflow/tfjs-core";
import type { Random } from "../random/index.js";

/** How many numbers one output of a layer sums over, and one input goes to. */
export interface Fans {
  /** Values that each output is a sum of. */
  fanIn: number;
  /** Outputs that each input is part of. */
  fanOut: number;
}

/**
 * Makes a parameter's first value: float32, of the given shape, owned by the caller.
 *
 * @param fans Default: those of a shape [..., inputs, outputs].
 */
export type Initializer = (shape: readonly number[], random: Random, fans?: Fans) => Tensor;

let areValuesDrawn = true;

/**
 * Runs `create` with zeros instead of random first values, which takes a fraction of the time: for modules whose
 * variables are all filled from a file before they are used.
 */
export function withoutInitialValues<T>(create: () => T): T {
  const before = areValuesDrawn;
  areValuesDrawn = false;
  try {
    return create();
  } finally {
    areValuesDrawn = before;
  }
}

/** From independent draws; `transform` gets one number and the fans of the shape. */
function createInitializer(
  draw: (random: Random, count: number) => Float32Array,
  transform: (value: number, fans: Fans) => number,
): Initializer {
  return (shape, random, fans = computeFans(shape)) => {
    if (!areValuesDrawn) return zeros([...shape]);
    const values = draw(
      random,
      shape.reduce((product, dimension) => product * dimension, 1),
    );
    for (let index = 0; index < values.length; index++) {
      values[index] = transform(values[index] as number, fans);
    }
    return tensor(values, [...shape], "float32");
  };
}

const normals = (random: Random, count: number) => random.normals(count);
const uniforms = (random: Random, count: number) => random.uniforms(count);

/** The fans of [..., inputs, outputs]: each times the size of what stands before, such as a kernel. */
export function computeFans(shape: readonly number[]): Fans {
  const [inputs = 1, outputs = 1] = shape.length < 2 ? [shape[0], shape[0]] : shape.slice(-2);
  const field = shape.slice(0, -2).reduce((product, dimension) => product * dimension, 1);
  return { fanIn: inputs * field, fanOut: outputs * field };
}

/** Independent values of N(mean, standardDeviation²), drawn from the generator that is passed. */
export function normalInitializer(standardDeviation: number, mean = 0): Initializer {
  return createInitializer(normals, (value) => mean + standardDeviation * value);
}

/** Independent values, uniform in [low, high). */
export function uniformInitializer(low: number, high: number): Initializer {
  return createInitializer(uniforms, (value) => low + (high - low) * value);
}

/** The same value everywhere. */
export function constantInitializer(value: number): Initializer {
  return (shape) => fill([...shape], value, "float32");
}

/**
 * N(0, 2 / ((1 + slope²) · fanIn)), which keeps the variance through (leaky) ReLUs. He et al. 2015.
 *
 * @param slope Of the ReLU below zero. Default 0.
 */
export function heInitializer(slope = 0): Initializer {
  return createInitializer(normals, (value, { fanIn }) => value * Math.sqrt(2 / ((1 + slope ** 2) * fanIn)));
}

/** Uniform in ±√(6 / (fanIn + fanOut)). Glorot and Bengio 2010, eq. 16. */
export function xavierInitializer(): Initializer {
  return createInitializer(
    uniforms,
    (value, { fanIn, fanOut }) => (2 * value - 1) * Math.sqrt(6 / (fanIn + fanOut)),
  );
}
