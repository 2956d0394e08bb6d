import { type Tensor, tidy, type Variable, zeros } from "@tensorflow/tfjs-core";
import type { TensorRecord } from "../data/index.js";
import { ConfigError, ShapeError } from "../errors/index.js";
import type { Phase, StepContext } from "./variant.js";

/** One noise tensor that a step needs. */
export interface NoiseRequest {
  shape: readonly number[];
  name: string | undefined;
}

/** What one combination of due phases needs and gives, found by running their losses once. */
export interface StepPlan {
  /** Identifies the combination; a static argument of the compiled step. */
  key: string;
  /** Noise inputs in the order of the requests. */
  noise: readonly NoiseRequest[];
  /** Loss terms as `phase.term`, in the order of the step's result. */
  lossNames: readonly string[];
}

/** Identifies a combination of phases and input shapes. */
export function computePlanKey<Network extends string, Batch extends TensorRecord>(
  phases: readonly Phase<Network, Batch>[],
  batch: Batch,
): string {
  const shapes = Object.entries(batch).map(([name, { shape }]) => `${name}:${shape.join("x")}`);
  return `${phases.map((phase) => phase.name).join("+")} ${shapes.join(" ")}`;
}

/**
 * Runs the losses of `phases` once, without gradients or updates, to learn which noise they ask for
 * and which terms they return.
 *
 * @throws ConfigError when a phase returns no loss, or a noise name comes with two shapes.
 */
export function planStep<Network extends string, Batch extends TensorRecord>(
  phases: readonly Phase<Network, Batch>[],
  batch: Batch,
): StepPlan {
  const noise: NoiseRequest[] = [];
  const lossNames: string[] = [];
  const ctx: StepContext = {
    training: true,
    updateBuffer() {},
    normal(shape, name) {
      const known = noise.find((request) => name !== undefined && request.name === name);
      if (known === undefined) noise.push({ shape: [...shape], name });
      else if (known.shape.join() !== shape.join()) {
        throw new ConfigError(
          "core",
          `the noise "${name}" was asked for as [${known.shape.join(", ")}] and as [${shape.join(", ")}]. Use two names.`,
        );
      }
      return zeros([...shape]);
    },
  };
  for (const phase of phases) {
    const terms = tidy(() => Object.keys(phase.losses(batch, ctx)));
    if (terms.length === 0) {
      throw new ConfigError("core", `the phase ${phase.name} returned no loss. Return at least one term.`);
    }
    for (const term of terms) lossNames.push(`${phase.name}.${term}`);
  }
  return { key: computePlanKey(phases, batch), noise, lossNames };
}

/**
 * The context in which phases run while the step is traced: it hands out the noise tensors in the
 * order of the plan.
 *
 * @param mayUpdate Whether a running statistic belongs to a network that moves in this phase; asked
 *   again for each phase.
 */
export function createStepContext(
  plan: StepPlan,
  noise: readonly Tensor[],
  mayUpdate: (buffer: Variable) => boolean,
): StepContext {
  const named = new Map<string, Tensor>();
  let next = 0;
  return {
    training: true,
    updateBuffer(buffer, compute) {
      if (mayUpdate(buffer)) tidy(() => buffer.assign(compute()));
    },
    normal(shape, name) {
      const known = name === undefined ? undefined : named.get(name);
      if (known !== undefined) return known;
      const index = next++;
      const given = noise[index];
      const request = plan.noise[index];
      if (given === undefined || request?.name !== name || given.shape.join() !== shape.join()) {
        throw new ShapeError(
          "core",
          `noise ${index} was planned as [${request?.shape.join(", ")}], now asked for as [${shape.join(", ")}]. Ask for the same noise in every run of a phase.`,
        );
      }
      if (name !== undefined) named.set(name, given);
      return given;
    },
  };
}
