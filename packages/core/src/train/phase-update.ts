import {
  addN,
  clipByValue,
  div,
  maximum,
  mul,
  type NamedTensorMap,
  type Scalar,
  sqrt,
  square,
  sum,
  tidy,
  type Variable,
} from "@tensorflow/tfjs-core";
import type { Adam, AdamScalars } from "../optim/index.js";
import type { OptimizerSpec } from "./variant.js";

/**
 * Moves a phase's parameters by its gradients: clips these together to `maxGradientNorm`, updates,
 * then clips the weights.
 *
 * @returns The gradients' Euclidean norm over all parameters, before clipping.
 */
export function applyPhaseUpdate(
  spec: OptimizerSpec,
  optimizer: Adam,
  parameters: ReadonlyMap<string, Variable>,
  gradients: NamedTensorMap,
  scalars: AdamScalars<Scalar>,
): Scalar {
  return tidy(() => {
    const norm: Scalar = sqrt(
      addN(Object.values(gradients).map((gradient) => sum<Scalar>(square(gradient)))),
    );
    optimizer.apply(clipTogether(gradients, norm, spec.maxGradientNorm), scalars);
    const { weightClip } = spec;
    if (weightClip !== undefined) {
      for (const parameter of parameters.values()) {
        parameter.assign(clipByValue(parameter, -weightClip, weightClip));
      }
    }
    return norm;
  });
}

/** `g ← g · limit / max(‖g‖, limit)`. */
function clipTogether(gradients: NamedTensorMap, norm: Scalar, limit: number | undefined): NamedTensorMap {
  if (limit === undefined) return gradients;
  const factor = div(limit, maximum(norm, limit));
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [name, mul(gradient, factor)]),
  );
}
