import { cast, exp, floor, less, mul, type Scalar, sub, type Tensor } from "@tensorflow/tfjs-core";

/** Random numbers for a batch, each asked for once: [B]. */
export interface Draws {
  /** p */
  probability: Scalar;
  /** In [0, 1). */
  uniform(): Tensor;
  /** N(0, 1). */
  normal(): Tensor;
}

/** 1 with the given probability, else 0: [B]. */
export const drawGate = (draws: Draws, probability: Scalar = draws.probability): Tensor =>
  cast(less(draws.uniform(), probability), "float32");

/** A whole number from 0 to `below` - 1 where the gate opens, else 0. */
export function drawChoice(draws: Draws, below: number): Tensor {
  const gate = drawGate(draws);
  return mul(floor(mul(draws.uniform(), below)), gate);
}

/** N(0, deviation²) where the gate opens, else 0. */
export function drawNormal(draws: Draws, deviation: number, gate: Tensor = drawGate(draws)): Tensor {
  return mul(mul(draws.normal(), deviation), gate);
}

/** 2^N(0, deviation²) where the gate opens, else 1. */
export const drawFactor = (draws: Draws, deviation: number): Tensor =>
  exp(mul(drawNormal(draws, deviation), Math.LN2));

/** Uniform in [-limit, limit) where the gate opens, else 0. */
export function drawSpan(draws: Draws, limit: number, gate: Tensor = drawGate(draws)): Tensor {
  return mul(mul(sub(mul(draws.uniform(), 2), 1), limit), gate);
}
