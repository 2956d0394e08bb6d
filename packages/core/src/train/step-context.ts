import { type Scalar, type Tensor, tidy, type Variable } from "@tensorflow/tfjs-core";
import { ShapeError } from "../errors/index.js";
import { nameNoise, type StepPlan } from "./step-plan.js";
import type { StepContext } from "./variant.js";

/** Tensors that {@link createStepContext} hands out; they belong to the step. */
export interface ContextInputs {
  noise: Readonly<Record<string, Tensor>>;
  scalars: Readonly<Record<string, Scalar>>;
}

/**
 * The context in which one phase runs while the step is traced: it hands out the planned noise and
 * scalars and collects reports.
 *
 * @param mayUpdate Whether a running statistic belongs to a network that moves in this phase.
 * @param collect Receives each report's value, in the order of the plan.
 */
export function createStepContext(
  phase: string,
  plan: StepPlan,
  inputs: ContextInputs,
  mayUpdate: (buffer: Variable) => boolean,
  collect: (value: Scalar) => void,
): StepContext {
  let unnamed = 0;
  const give =
    (distribution: "normal" | "uniform") =>
    (shape: readonly number[], name?: string): Tensor => {
      const id = nameNoise(phase, name === undefined ? unnamed++ : unnamed, name);
      const [given, request] = [inputs.noise[id], plan.noise.get(id)];
      if (!given || request?.distribution !== distribution || given.shape.join() !== shape.join()) {
        throw new ShapeError(
          "core",
          `the noise ${id} was planned as ${request?.distribution} [${request?.shape.join(", ")}], now asked for as ${distribution} [${shape.join(", ")}]. Ask for the same noise in every run of a phase.`,
        );
      }
      return given;
    };
  return {
    training: true,
    stage: plan.stage,
    normal: give("normal"),
    uniform: give("uniform"),
    scalar: (name) => inputs.scalars[name] as Scalar,
    report: (_name, compute) => collect(compute()),
    updateBuffer(buffer, compute) {
      if (mayUpdate(buffer)) tidy(() => buffer.assign(compute()));
    },
  };
}
