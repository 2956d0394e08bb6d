import { DivergenceError } from "../errors/index.js";
import type { StepMeasures } from "./events.js";
import type { StepPlan } from "./step-plan.js";

/** Names the numbers of a step's result: by phase its terms, its reports, its gradient norm. */
export function nameMeasures(
  plan: StepPlan,
  due: readonly { name: string }[],
  values: ArrayLike<number>,
): Omit<StepMeasures, "learningRates"> {
  const losses: Record<string, number> = {};
  const reports: Record<string, number> = {};
  const gradientNorms: Record<string, number> = {};
  let next = 0;
  for (const { name } of due) {
    for (const term of plan.terms[name] ?? []) losses[`${name}.${term}`] = values[next++] as number;
    for (const report of plan.reports[name] ?? []) reports[report] = values[next++] as number;
    gradientNorms[name] = values[next++] as number;
  }
  return { losses, reports, gradientNorms };
}

/**
 * Refuses measures that show that training has come apart.
 *
 * @param limit The largest magnitude that a loss term or gradient norm may have.
 * @throws DivergenceError naming the phase and the loss or the gradient.
 */
export function checkMeasures(measures: StepMeasures, imagesSeen: number, limit: number): void {
  const check = (phase: string, loss: string, what: string, value: number) => {
    if (Number.isFinite(value) && Math.abs(value) <= limit) return;
    throw new DivergenceError(
      "core",
      `${what} became ${value} at ${imagesSeen} images. Lower the learning rate, or go back to an earlier checkpoint.`,
      { phase, loss, imagesSeen },
    );
  };
  for (const [name, value] of Object.entries(measures.losses)) {
    check(name.slice(0, name.indexOf(".")), name, `the loss ${name}`, value);
  }
  for (const [phase, value] of Object.entries(measures.gradientNorms)) {
    check(phase, `${phase}.gradient`, `the gradient norm of the phase ${phase}`, value);
  }
}
