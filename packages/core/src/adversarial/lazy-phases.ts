import { add, addN, mul, type Scalar, sum } from "@tensorflow/tfjs-core";
import type { Module } from "../nn/index.js";
import type { AdamSpec } from "../optim/index.js";
import type { OptimizerSpec } from "../train/index.js";

/**
 * StyleGAN2's correction for an optimizer that also serves a lazy phase, one that runs every `every` steps:
 * k / (k + 1) of the learning rate, and both betas to that power. Karras et al. 2020, appendix B.
 */
export function slowDown(optimizer: OptimizerSpec, every: number): OptimizerSpec {
  const share = every / (every + 1);
  const { learningRate, beta1, beta2 }: AdamSpec = optimizer;
  return { ...optimizer, learningRate: learningRate * share, beta1: beta1 ** share, beta2: beta2 ** share };
}

/**
 * The term plus zero times every parameter of a network: a penalty of slopes does not depend on every bias,
 * yet a phase must on all that it updates.
 */
export function dependOnAll(term: Scalar, network: Module): Scalar {
  const zeros = [...network.namedParameters().values()].map((parameter) => mul(sum(parameter), 0));
  return add(term, addN(zeros));
}
