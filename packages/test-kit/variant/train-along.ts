import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import {
  decodeSafetensors,
  type Module,
  type Random,
  type TensorRecord,
  Trainer,
  type Variant,
} from "@gan/core";
import { dispose, type Tensor, tensor } from "@tensorflow/tfjs-core";

/** What another framework computed, and how to compute it again. */
export interface AlongPlan<Network extends string, Batch extends TensorRecord> {
  /** Its optimizers get the fixture's epsilon, its networks the fixture's weights. */
  variant: Variant<Network, Batch>;
  /**
   * safetensors with `start.NETWORK.PARAMETER`, `gradients.…` of the first step, `end.…`, and for each step
   * `steps.N.losses` and what `batch` and `noise` name.
   */
  fixture: URL;
  epsilon: number;
  steps: number;
  /** Loss terms in the fixture's order, as `phase.term`. */
  losses: readonly string[];
  /** The batch's tensors by their names in `steps.N`. */
  batch: readonly (keyof Batch & string)[];
  /** Names in `steps.N` of the noise, in the order in which a step asks for it. */
  noise: readonly string[];
}

/** Relative errors by name. */
export interface AlongErrors {
  /** |loss / expected - 1|, by step and term. */
  losses: Record<string, number>;
  /** ‖gradient - expected‖ / ‖expected‖ in the first step. */
  gradients: Record<string, number>;
  /** The same of each weight after the last step. */
  weights: Record<string, number>;
  /** The same of each weight's way from where it began. */
  ways: Record<string, number>;
}

/**
 * Trains a variant along another framework's recorded steps, through the trainer itself, and tells how far
 * losses, first gradients and weights are apart. The gradients are read from Adam's first moments.
 */
export function trainAlong<Network extends string, Batch extends TensorRecord>(
  plan: AlongPlan<Network, Batch>,
): AlongErrors {
  const path = fileURLToPath(plan.fixture);
  const fixture = decodeSafetensors(readFileSync(path), basename(path));
  const stored = (name: string) => {
    const found = fixture.get(name);
    if (found === undefined) throw new Error(`${basename(path)} holds no ${name}`);
    return found;
  };
  const load = (name: string): Tensor => {
    const { shape, values } = stored(name);
    return tensor(values.slice(), [...shape], "float32");
  };
  const { variant } = plan;
  const parameters = Object.entries<Module>(variant.networks).flatMap(([network, module]) =>
    [...module.namedParameters()].map(([name, variable]) => ({ name: `${network}.${name}`, variable })),
  );
  for (const { name, variable } of parameters) {
    const start = load(`start.${name}`);
    variable.assign(start);
    start.dispose();
  }
  const phases = variant.phases.map((phase) => ({
    ...phase,
    optimizer: { ...phase.optimizer, epsilon: plan.epsilon },
  }));
  const recorded = scriptNoise((step) => plan.noise.map((name) => stored(`steps.${step}.${name}`).values));
  const trainer = new Trainer({ ...variant, phases }, recorded);
  const errors: AlongErrors = { losses: {}, gradients: {}, weights: {}, ways: {} };
  for (let step = 0; step < plan.steps; step++) {
    const batch = Object.fromEntries(
      plan.batch.map((name) => [name, load(`steps.${step}.${name}`)]),
    ) as Batch;
    const size = (Object.values(batch)[0] as Tensor).shape[0] as number;
    const { losses } = trainer.step(batch, size);
    dispose(batch);
    plan.losses.forEach((term, index) => {
      const expected = stored(`steps.${step}.losses`).values[index] as number;
      errors.losses[`${step} ${term}`] = Math.abs((losses[term] as number) / expected - 1);
    });
    if (step > 0) continue;
    for (const [name, moment] of trainer.namedMoments()) {
      const found = /^(.*?)\.(.*)\.firstMoment$/.exec(name);
      if (found === null) continue;
      const phase = phases.find((one) => (one.optimizer.name ?? one.name) === found[1]);
      const share = 1 - (phase?.optimizer.beta1 as number);
      const gradient = moment.dataSync<"float32">().map((value) => value / share);
      const parameter = found[2] as string;
      errors.gradients[parameter] = compare(gradient, stored(`gradients.${parameter}`).values);
    }
  }
  for (const { name, variable } of parameters) {
    const [start, end] = [stored(`start.${name}`).values, stored(`end.${name}`).values];
    const actual = variable.dataSync<"float32">();
    const wayOf = (weights: Float32Array) => weights.map((value, index) => value - (start[index] as number));
    errors.weights[name] = compare(actual, end);
    errors.ways[name] = compare(wayOf(actual), wayOf(end));
  }
  trainer.dispose();
  return errors;
}

/** A generator that gives recorded values, step by step. */
function scriptNoise(give: (step: number) => Float32Array[]): Random {
  let [step, waiting]: [number, Float32Array[]] = [0, []];
  const next = () => {
    if (waiting.length === 0) waiting = give(step++);
    return (waiting.shift() as Float32Array).slice();
  };
  const source = {
    fork: () => source,
    state: { seed: 0, stream: "", drawn: 0 },
    normals: next,
    uniforms: next,
  };
  return source as unknown as Random;
}

/** ‖actual - expected‖ / ‖expected‖. */
function compare(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, norm] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    difference += ((actual[index] as number) - (expected[index] as number)) ** 2;
    norm += (expected[index] as number) ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** Entries above a limit, not a number among them, without the names that are left out. */
export function listFailures(
  errors: Readonly<Record<string, number>>,
  limit: number,
  without: readonly string[] = [],
): [string, number][] {
  return Object.entries(errors).filter(([name, error]) => !(error < limit) && !without.includes(name));
}
