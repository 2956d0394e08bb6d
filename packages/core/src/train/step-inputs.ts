import {
  dispose,
  type Scalar,
  scalar,
  type Tensor,
  type TensorContainer,
  tensor,
} from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import type { AdamScalars } from "../optim/index.js";
import type { Random } from "../random/index.js";
import type { ContextInputs } from "./step-context.js";
import type { StepPlan } from "./step-plan.js";

/** The tensors of one step besides the batch. They change, the compiled graph does not. */
export interface StepInputs extends ContextInputs {
  /** By phase. */
  adam: Record<string, AdamScalars<Scalar>>;
  /** By network: what its average keeps. */
  keep: Record<string, Scalar>;
}

/** Draws the noise that a plan asks for; the caller disposes it. */
export function drawNoise(plan: StepPlan, random: Random): Record<string, Tensor> {
  const noise: Record<string, Tensor> = {};
  for (const [id, { shape, distribution }] of plan.noise) {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const values = distribution === "normal" ? random.normals(size) : random.uniforms(size);
    noise[id] = tensor(values, [...shape], "float32");
  }
  return noise;
}

/**
 * The values of the scalars that a plan asks for.
 *
 * @throws ConfigError on one that the variant does not give.
 */
export function createScalars(
  plan: StepPlan,
  values: Readonly<Record<string, number>>,
): Record<string, Scalar> {
  const scalars: Record<string, Scalar> = {};
  for (const name of plan.scalars) {
    const value = values[name];
    if (value === undefined) {
      throw new ConfigError("core", `a phase asks for the scalar ${name}, which the variant does not give.`);
    }
    scalars[name] = scalar(value);
  }
  return scalars;
}

/** Frees every tensor of the inputs. */
export function disposeInputs(inputs: Partial<StepInputs>): void {
  dispose(inputs as unknown as TensorContainer);
}
