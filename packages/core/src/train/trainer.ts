import { type CompiledFunction, compile } from "@gan/backend-ort/compile";
import { type Scalar, scalar, stack, type Tensor1D, type Variable } from "@tensorflow/tfjs-core";
import type { TensorRecord } from "../data/index.js";
import { CheckpointError, ConfigError } from "../errors/index.js";
import { Random, type RandomState } from "../random/index.js";
import { differentiatePhase } from "./differentiate-phase.js";
import type { StepMeasures } from "./events.js";
import { GradientSums } from "./gradient-sums.js";
import { checkMeasures, nameMeasures } from "./measures.js";
import { listAverages, namedAverages, namedWeights, prefixVariables } from "./named-variables.js";
import { PhaseOptimizers } from "./phase-optimizers.js";
import { applyPhaseUpdate } from "./phase-update.js";
import { createStepContext } from "./step-context.js";
import { createScalars, disposeInputs, drawNoise, type StepInputs } from "./step-inputs.js";
import { computePlanKey, planStep, type StepPlan } from "./step-plan.js";
import type { Phase, Progress, Stage, Variant } from "./variant.js";

/** What a trainer is besides its variables: plain JSON for a checkpoint. */
export interface TrainerState {
  /** Steps taken so far. */
  stepsTaken: number;
  /** Training images used so far. */
  imagesSeen: number;
  /** The state of the generator of random numbers. */
  noise: RandomState;
  /** Updates made by each optimizer. */
  updates: Record<string, number>;
  /** What the variant's state holders saved, by name. */
  holders: Record<string, unknown>;
  /** The last step's {@link Stage.optimizers}. */
  optimizers?: string | undefined;
}

/** Options of {@link Trainer}. */
export interface TrainerOptions {
  /** Parts of a step: their gradients are averaged before each update. Default 1. */
  accumulate?: number | undefined;
  /** A loss or gradient norm above this counts as diverged. Default 1e8. */
  explosionLimit?: number | undefined;
  /** Weights and running statistics that stay as they are, as `<network>.<name>`. Default: none. */
  frozen?: ReadonlySet<string> | undefined;
}

/** Which part of a step a compiled function does: everything, or one phase on one part of the batch. */
type Part = "whole" | "first" | "middle" | "last";

interface PlannedStep<Network extends string, Batch extends TensorRecord> {
  plan: StepPlan;
  due: readonly Phase<Network, Batch>[];
  isActive(name: string): boolean;
}

/**
 * Runs a variant's phases, step by step. It knows no GAN: each step runs the due phases in order,
 * takes gradients for the networks that a phase names, applies its optimizer, then moves the
 * averages, all in one compiled function whose only inputs are the batch, fresh noise, and a few
 * scalars. With gradient accumulation every phase is compiled by itself and runs once for each part
 * of the batch.
 *
 * Owns the optimizers' moments until {@link dispose}; never disposes the variant.
 */
export class Trainer<Network extends string = string, Batch extends TensorRecord = TensorRecord> {
  /** The GAN that it trains. */
  readonly variant: Variant<Network, Batch>;
  /** Batches in a step. */
  readonly accumulate: number;
  /** A real batch to sample from and compare with, the same for a whole run; {@link train} fills it. */
  reference: Batch | undefined;
  readonly #explosionLimit: number;
  readonly #frozen: ReadonlySet<string>;
  readonly #optimizers: PhaseOptimizers<Network, Batch>;
  readonly #sums = new Map<string, GradientSums>();
  readonly #planned = new Map<string, PlannedStep<Network, Batch>>();
  readonly #compiled: CompiledFunction<[Batch, StepInputs, string, string, Part], Tensor1D>;
  #noise: Random;
  #stepsTaken = 0;
  #imagesSeen = 0;
  #stageOptimizers: string | undefined;

  /**
   * @param random Source of the noise inside the steps.
   * @throws ConfigError when phases share a name, or share an optimizer of different settings.
   */
  constructor(variant: Variant<Network, Batch>, random: Random, options: TrainerOptions = {}) {
    this.variant = variant;
    this.accumulate = options.accumulate ?? 1;
    if (!Number.isInteger(this.accumulate) || this.accumulate < 1) {
      throw new ConfigError("core", `accumulate must be a whole number from 1, got ${this.accumulate}.`);
    }
    this.#explosionLimit = options.explosionLimit ?? 1e8;
    this.#frozen = options.frozen ?? new Set();
    this.#noise = random.fork("noise");
    this.#optimizers = new PhaseOptimizers(variant);
    if (this.accumulate > 1) {
      for (const phase of variant.phases) {
        this.#sums.set(phase.name, new GradientSums(this.#optimizers.parametersOf(phase)));
      }
    }
    this.#compiled = compile(
      (batch: Batch, inputs: StepInputs, key: string, phase: string, part: Part) =>
        this.#trace(batch, inputs, key, phase, part),
      {
        name: `${variant.name} step`,
        isSeldom: (_batch, _inputs, key) =>
          this.#planned.get(key)?.due.some(({ every }) => every > 1) ?? false,
      },
    );
  }

  /** Training images used so far. */
  get imagesSeen(): number {
    return this.#imagesSeen;
  }

  /** All that goes on from here needs besides weights and moments, JSON. */
  get state(): TrainerState {
    const holders = Object.entries(this.variant.state ?? {});
    return {
      stepsTaken: this.#stepsTaken,
      imagesSeen: this.#imagesSeen,
      noise: this.#noise.state,
      updates: this.#optimizers.updates,
      holders: Object.fromEntries(holders.map(([name, holder]) => [name, holder.save()])),
      ...(this.#stageOptimizers !== undefined && { optimizers: this.#stageOptimizers }),
    };
  }

  /**
   * Goes on from a saved state; filling the variables is left to the caller.
   *
   * @throws CheckpointError when the state is another variant's.
   */
  set state(state: TrainerState) {
    const holders = Object.entries(this.variant.state ?? {});
    const unknown = Object.keys(state.holders).filter((name) => this.variant.state?.[name] === undefined);
    const missing = holders.map(([name]) => name).filter((name) => !Object.hasOwn(state.holders, name));
    if (unknown.length + missing.length > 0) {
      throw new CheckpointError(
        "core",
        `the saved state holds ${unknown.join(", ") || "nothing"} that this variant does not know, and lacks ${missing.join(", ") || "nothing"}. Use the configuration that it was trained with.`,
      );
    }
    for (const [name, holder] of holders) holder.load(state.holders[name]);
    this.#optimizers.updates = state.updates;
    this.#noise = Random.restore(state.noise);
    this.#stepsTaken = state.stepsTaken;
    this.#imagesSeen = state.imagesSeen;
    this.#stageOptimizers = state.optimizers;
  }

  /** Leaves the present stream of noise for another one, to try again after a divergence. */
  changeNoise(name: string): void {
    this.#noise = this.#noise.fork(name);
  }

  /** Weights and running statistics as `<network>.<name>`. */
  namedWeights(): Map<string, Variable> {
    return namedWeights(this.variant);
  }

  /** The averaged networks' variables as `<network>.<name>`. */
  namedAverages(): Map<string, Variable> {
    return namedAverages(this.variant);
  }

  /** The optimizers' moments as `<optimizer>.<network>.<name>.firstMoment` and `.secondMoment`. */
  namedMoments(): Map<string, Variable> {
    return this.#optimizers.namedVariables();
  }

  /** The tensors of the variant's state holders as `<holder>.<name>`. */
  namedHolders(): Map<string, Variable> {
    const holders = Object.entries(this.variant.state ?? {});
    return prefixVariables(holders.map(([name, holder]) => [name, holder.namedVariables?.() ?? new Map()]));
  }

  /**
   * Takes one step.
   *
   * @param batches As many as {@link accumulate}, all of the same shapes; they stay the caller's.
   * @param batchSize Pictures in each batch.
   * @throws DivergenceError when a loss or gradient norm is not finite or beyond the limit; the weights
   *   are then already spoilt.
   */
  step(batches: Batch | readonly Batch[], batchSize: number): StepMeasures {
    const parts = Array.isArray(batches) ? (batches as readonly Batch[]) : [batches as Batch];
    if (parts.length !== this.accumulate) {
      throw new ConfigError("core", `a step takes ${this.accumulate} batches, got ${parts.length}.`);
    }
    const stepImages = batchSize * parts.length;
    const progress = { imagesSeen: this.#imagesSeen, stepsTaken: this.#stepsTaken, batchSize: stepImages };
    const due = this.variant.phases.filter((phase) => this.#stepsTaken % phase.every === 0);
    const stage = this.variant.stage?.(this.#imagesSeen);
    if (stage?.optimizers !== this.#stageOptimizers) {
      if (this.#stageOptimizers !== undefined) this.#optimizers.reset();
      this.#stageOptimizers = stage?.optimizers;
    }
    const plan = this.#findPlan(due, parts[0] as Batch, stage);
    const { adam, learningRates } = this.#optimizers.nextScalars(due, progress, stage?.learningRateFactor);
    const shared = {
      adam,
      keep: this.#computeKeep(progress),
      scalars: createScalars(plan, this.variant.scalars?.(progress) ?? {}),
    };
    const inputs = parts.map(() => ({ ...shared, noise: drawNoise(plan, this.#noise) }));
    const values =
      parts.length === 1
        ? this.#run(parts[0] as Batch, inputs[0] as StepInputs, plan.key, "", "whole")
        : this.#accumulate(parts, inputs, plan.key, due);
    disposeInputs(shared);
    for (const { noise } of inputs) disposeInputs({ noise });
    this.#stepsTaken++;
    this.#imagesSeen += stepImages;
    const measures = { ...nameMeasures(plan, due, values), learningRates };
    checkMeasures(measures, this.#imagesSeen, this.#explosionLimit);
    this.variant.observe?.(measures.reports, progress);
    return measures;
  }

  /** Frees the compiled step, the moments and the reference batch. */
  dispose(): void {
    this.#compiled.dispose();
    this.#optimizers.dispose();
    for (const sums of this.#sums.values()) sums.dispose();
    for (const tensor of Object.values(this.reference ?? {})) tensor.dispose();
    this.reference = undefined;
  }

  #run(batch: Batch, inputs: StepInputs, key: string, phase: string, part: Part): Float32Array {
    const result = this.#compiled(batch, inputs, key, phase, part);
    const values = result.dataSync<"float32">().slice();
    result.dispose();
    return values;
  }

  /** Runs each phase on every part; measures are the parts' means, gradient norms those of the whole. */
  #accumulate(
    batches: readonly Batch[],
    inputs: readonly StepInputs[],
    key: string,
    due: readonly Phase<Network, Batch>[],
  ): Float32Array {
    const values: number[] = [];
    for (const phase of due) {
      const last = batches.length - 1;
      const results = batches.map((batch, index) => {
        const part = index === last ? "last" : index === 0 ? "first" : "middle";
        return this.#run(batch, inputs[index] as StepInputs, key, phase.name, part);
      });
      const [first, whole] = [results[0] as Float32Array, results[last] as Float32Array];
      for (let index = 0; index < first.length; index++) {
        values.push(results.reduce((total, result) => total + (result[index] as number), 0) / batches.length);
      }
      values.push(whole[first.length] as number);
    }
    return Float32Array.from(values);
  }

  /** The body of the compiled step: runs while tracing, or at every step on other backends. */
  #trace(batch: Batch, inputs: StepInputs, key: string, only: string, part: Part): Tensor1D {
    const { plan, due, isActive } = this.#planned.get(key) as PlannedStep<Network, Batch>;
    const phases = part === "whole" ? due : due.filter(({ name }) => name === only);
    const measures = phases.flatMap((phase) => this.#tracePhase(phase, plan, isActive, batch, inputs, part));
    const isEnd = part === "whole" || (part === "last" && due.at(-1)?.name === only);
    if (isEnd) {
      for (const [network, average] of listAverages(this.variant)) {
        average.update(inputs.keep[network] as Scalar, (name) => isActive(`${network}.${name}`));
      }
    }
    return stack(measures) as Tensor1D;
  }

  /** One phase on one part: its terms, its reports and, once its weights moved, its gradient norm. */
  #tracePhase(
    phase: Phase<Network, Batch>,
    plan: StepPlan,
    isActive: (name: string) => boolean,
    batch: Batch,
    inputs: StepInputs,
    part: Part,
  ): Scalar[] {
    const { networks } = this.variant;
    const movable = new Set([
      ...phase.updates.flatMap((network) => {
        const buffers = [...networks[network].namedBuffers()];
        return buffers
          .filter(([name]) => !this.#frozen.has(`${network}.${name}`))
          .map(([, buffer]) => buffer);
      }),
      ...this.namedHolders().values(), // whichever phase speaks of them
    ]);
    const all = [...this.#optimizers.parametersOf(phase)];
    const parameters = new Map(all.filter(([name]) => isActive(name)));
    const { gradients, terms, reports } = differentiatePhase(
      phase.name,
      (collect) => {
        const ctx = createStepContext(phase.name, plan, inputs, (buffer) => movable.has(buffer), collect);
        return phase.losses(batch, ctx);
      },
      parameters,
    );
    const sums = this.#sums.get(phase.name);
    if (part === "first") sums?.begin(gradients);
    if (part === "middle") sums?.add(gradients);
    if (part === "first" || part === "middle") return [...terms, ...reports];
    const whole = sums === undefined ? gradients : sums.finish(gradients, this.accumulate);
    const optimizer = this.#optimizers.of(phase);
    const scalars = inputs.adam[phase.name] as StepInputs["adam"][string];
    return [...terms, ...reports, applyPhaseUpdate(phase.optimizer, optimizer, parameters, whole, scalars)];
  }

  #findPlan(due: readonly Phase<Network, Batch>[], batch: Batch, stage: Stage | undefined): StepPlan {
    const key = computePlanKey(due, batch, stage?.key);
    let found = this.#planned.get(key);
    if (found === undefined) {
      const isActive = (name: string) => !this.#frozen.has(name) && (stage?.isActive?.(name) ?? true);
      found = { plan: planStep(due, batch, stage?.key), due, isActive };
      this.#planned.set(key, found);
    }
    return found.plan;
  }

  #computeKeep({ imagesSeen, batchSize }: Progress): Record<string, Scalar> {
    const averages = listAverages(this.variant);
    return Object.fromEntries(
      averages.map(([network, average]) => [network, scalar(average.computeDecay(imagesSeen, batchSize))]),
    );
  }
}
