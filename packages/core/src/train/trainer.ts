import { type CompiledFunction, compile } from "@gan/backend-ort/compile";
import {
  dispose,
  type Scalar,
  scalar,
  stack,
  type Tensor,
  type Tensor1D,
  type TensorContainer,
  tensor,
  type Variable,
} from "@tensorflow/tfjs-core";
import type { TensorRecord } from "../data/index.js";
import { DivergenceError } from "../errors/index.js";
import type { AdamScalars } from "../optim/index.js";
import { Random, type RandomState } from "../random/index.js";
import { differentiatePhase } from "./differentiate-phase.js";
import { listAverages, namedAverages, prefixVariables } from "./named-variables.js";
import { PhaseOptimizers } from "./phase-optimizers.js";
import { computePlanKey, createStepContext, planStep, type StepPlan } from "./step-plan.js";
import type { Phase, Variant } from "./variant.js";

/** What a trainer is besides its variables: plain JSON for a checkpoint. */
export interface TrainerState {
  stepsTaken: number;
  imagesSeen: number;
  noise: RandomState;
  /** Updates made by each optimizer. */
  updates: Record<string, number>;
}

/** The tensors of one step besides the batch. They change, the compiled graph does not. */
interface StepInputs {
  noise: Tensor[];
  /** By phase. */
  adam: Record<string, AdamScalars<Scalar>>;
  /** By network: what its average keeps. */
  keep: Record<string, Scalar>;
}

interface PlannedStep<Network extends string, Batch extends TensorRecord> {
  plan: StepPlan;
  due: readonly Phase<Network, Batch>[];
}

/**
 * Runs a variant's phases, step by step. It knows no GAN: each step runs the due phases in order,
 * takes gradients for the networks that a phase names, applies its optimizer, then moves the
 * averages, all in one compiled function whose only inputs are the batch, fresh noise, and a few
 * scalars.
 *
 * Owns the optimizers' moments until {@link dispose}; never disposes the variant.
 */
export class Trainer<Network extends string = string, Batch extends TensorRecord = TensorRecord> {
  readonly variant: Variant<Network, Batch>;
  readonly #optimizers: PhaseOptimizers<Network, Batch>;
  readonly #planned = new Map<string, PlannedStep<Network, Batch>>();
  readonly #compiled: CompiledFunction<[Batch, StepInputs, string], Tensor1D>;
  #noise: Random;
  #stepsTaken = 0;
  #imagesSeen = 0;

  /**
   * @param random Source of the noise inside the steps.
   * @throws ConfigError when phases share a name, or share an optimizer of different settings.
   */
  constructor(variant: Variant<Network, Batch>, random: Random) {
    this.variant = variant;
    this.#noise = random.fork("noise");
    this.#optimizers = new PhaseOptimizers(variant);
    this.#compiled = compile(
      (batch: Batch, inputs: StepInputs, key: string) => this.#trace(batch, inputs, key),
      { name: `${variant.name} step` },
    );
  }

  get imagesSeen(): number {
    return this.#imagesSeen;
  }

  get state(): TrainerState {
    return {
      stepsTaken: this.#stepsTaken,
      imagesSeen: this.#imagesSeen,
      noise: this.#noise.state,
      updates: this.#optimizers.updates,
    };
  }

  /** Goes on from a saved state; filling the variables is left to the caller. */
  set state(state: TrainerState) {
    this.#optimizers.updates = state.updates;
    this.#noise = Random.restore(state.noise);
    this.#stepsTaken = state.stepsTaken;
    this.#imagesSeen = state.imagesSeen;
  }

  /** Weights and running statistics as `<network>.<name>`. */
  namedWeights(): Map<string, Variable> {
    const networks = Object.entries<Variant["networks"][string]>(this.variant.networks);
    return prefixVariables(networks.map(([name, module]) => [name, module.namedVariables()]));
  }

  /** The averaged networks' variables as `<network>.<name>`. */
  namedAverages(): Map<string, Variable> {
    return namedAverages(this.variant);
  }

  /** The optimizers' moments as `<optimizer>.<network>.<name>.firstMoment` and `.secondMoment`. */
  namedMoments(): Map<string, Variable> {
    return this.#optimizers.namedVariables();
  }

  /**
   * Takes one step.
   *
   * @param batch Stays the caller's.
   * @param batchSize Pictures in it, by which {@link imagesSeen} grows.
   * @returns Each loss term as `phase.term`.
   * @throws DivergenceError when a term is not finite; the weights are then already spoilt.
   */
  step(batch: Batch, batchSize: number): Record<string, number> {
    const due = this.variant.phases.filter((phase) => this.#stepsTaken % phase.every === 0);
    const plan = this.#findPlan(due, batch);
    const inputs = this.#createInputs(plan, due, batchSize);
    const result = this.#compiled(batch, inputs, plan.key);
    const values = result.dataSync();
    dispose([result, inputs] as unknown as TensorContainer);
    this.#stepsTaken++;
    this.#imagesSeen += batchSize;
    return this.#nameLosses(plan, values);
  }

  /** Frees the compiled step and the moments. */
  dispose(): void {
    this.#compiled.dispose();
    this.#optimizers.dispose();
  }

  /** The body of the compiled step: runs while tracing, or at every step on other backends. */
  #trace(batch: Batch, inputs: StepInputs, key: string): Tensor1D {
    const { plan, due } = this.#planned.get(key) as PlannedStep<Network, Batch>;
    let movable = new Set<Variable>();
    const ctx = createStepContext(plan, inputs.noise, (buffer) => movable.has(buffer));
    const losses: Scalar[] = [];
    for (const phase of due) {
      const { networks } = this.variant;
      movable = new Set(phase.updates.flatMap((name) => [...networks[name].namedBuffers().values()]));
      const parameters = this.#optimizers.parametersOf(phase);
      const { gradients, terms } = differentiatePhase(phase.name, () => phase.losses(batch, ctx), parameters);
      this.#optimizers.of(phase).apply(gradients, inputs.adam[phase.name] as AdamScalars<Scalar>);
      losses.push(...terms);
    }
    for (const [network, average] of listAverages(this.variant))
      average.update(inputs.keep[network] as Scalar);
    return stack(losses) as Tensor1D;
  }

  #findPlan(due: readonly Phase<Network, Batch>[], batch: Batch): StepPlan {
    const key = computePlanKey(due, batch);
    let found = this.#planned.get(key);
    if (found === undefined) {
      found = { plan: planStep(due, batch), due };
      this.#planned.set(key, found);
    }
    return found.plan;
  }

  #createInputs(plan: StepPlan, due: readonly Phase<Network, Batch>[], batchSize: number): StepInputs {
    const noise = plan.noise.map(({ shape }) => {
      const size = shape.reduce((product, dimension) => product * dimension, 1);
      return tensor(this.#noise.normals(size), [...shape], "float32");
    });
    const adam: StepInputs["adam"] = {};
    for (const phase of due) {
      const { stepSize, epsilon } = this.#optimizers.of(phase).nextScalars();
      adam[phase.name] = { stepSize: scalar(stepSize), epsilon: scalar(epsilon) };
    }
    const keep: StepInputs["keep"] = {};
    for (const [network, average] of listAverages(this.variant)) {
      keep[network] = scalar(average.computeDecay(this.#imagesSeen, batchSize));
    }
    return { noise, adam, keep };
  }

  #nameLosses(plan: StepPlan, values: ArrayLike<number>): Record<string, number> {
    const losses: Record<string, number> = {};
    plan.lossNames.forEach((name, index) => {
      const value = values[index] as number;
      if (!Number.isFinite(value)) {
        throw new DivergenceError(
          "core",
          `the loss ${name} became ${value} at ${this.#imagesSeen} images. Lower the learning rate, or go back to an earlier checkpoint.`,
          { loss: name, imagesSeen: this.#imagesSeen },
        );
      }
      losses[name] = value;
    });
    return losses;
  }
}
