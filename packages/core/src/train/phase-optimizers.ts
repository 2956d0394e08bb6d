import { type Scalar, scalar, type Variable } from "@tensorflow/tfjs-core";
import type { TensorRecord } from "../data/index.js";
import { CheckpointError, ConfigError } from "../errors/index.js";
import { Adam, type AdamScalars, computeLearningRateFactor } from "../optim/index.js";
import { prefixVariables } from "./named-variables.js";
import type { Phase, Progress, Variant } from "./variant.js";

/** One optimizer per phase, or per name where phases share one. Owns their moments. */
export class PhaseOptimizers<Network extends string, Batch extends TensorRecord> {
  readonly #optimizers = new Map<string, Adam>();
  readonly #variant: Variant<Network, Batch>;

  /** @throws ConfigError when phases share a name, or share an optimizer of different settings. */
  constructor(variant: Variant<Network, Batch>) {
    this.#variant = variant;
    const names = new Set<string>();
    const groups = new Map<string, Phase<Network, Batch>[]>();
    for (const phase of variant.phases) {
      if (names.has(phase.name)) throw new ConfigError("core", `two phases are named ${phase.name}.`);
      names.add(phase.name);
      const key = phase.optimizer.name ?? phase.name;
      groups.set(key, [...(groups.get(key) ?? []), phase]);
    }
    for (const [key, phases] of groups) this.#optimizers.set(key, this.#create(key, phases));
  }

  /** The optimizer of a phase. */
  of(phase: Phase<Network, Batch>): Adam {
    return this.#optimizers.get(phase.optimizer.name ?? phase.name) as Adam;
  }

  /**
   * Begins the next update of each phase's optimizer.
   *
   * @param rateFactor Multiplies every learning rate.
   * @returns The scalars by phase, which the caller disposes, and the learning rates by optimizer.
   */
  nextScalars(due: readonly Phase<Network, Batch>[], { imagesSeen, batchSize }: Progress, rateFactor = 1) {
    const adam: Record<string, AdamScalars<Scalar>> = {};
    const learningRates: Record<string, number> = {};
    for (const phase of due) {
      const { learningRate, schedule, name = phase.name } = phase.optimizer;
      const factor = schedule ? computeLearningRateFactor(schedule, imagesSeen, batchSize) : 1;
      learningRates[name] = learningRate * factor * rateFactor;
      const { stepSize, epsilon } = this.of(phase).nextScalars(learningRates[name]);
      adam[phase.name] = { stepSize: scalar(stepSize), epsilon: scalar(epsilon) };
    }
    return { adam, learningRates };
  }

  /** What a phase moves, as `<network>.<name>`. */
  parametersOf(phase: Phase<Network, Batch>): Map<string, Variable> {
    const { networks } = this.#variant;
    return prefixVariables(phase.updates.map((network) => [network, networks[network].namedParameters()]));
  }

  /** Updates made by each optimizer. */
  get updates(): Record<string, number> {
    return Object.fromEntries([...this.#optimizers].map(([name, { updates }]) => [name, updates]));
  }

  set updates(counts: Record<string, number>) {
    for (const [name, optimizer] of this.#optimizers) {
      const count = counts[name];
      if (count === undefined) {
        throw new CheckpointError("core", `the saved state has no optimizer ${name}. Train from the start.`);
      }
      optimizer.updates = count;
    }
  }

  /** Forgets all moments and counts updates from 0. */
  reset(): void {
    for (const optimizer of this.#optimizers.values()) optimizer.reset();
  }

  /** All moments as `<optimizer>.<network>.<name>.firstMoment` and `.secondMoment`. */
  namedVariables(): Map<string, Variable> {
    return prefixVariables([...this.#optimizers].map(([name, adam]) => [name, adam.namedVariables()]));
  }

  dispose(): void {
    for (const optimizer of this.#optimizers.values()) optimizer.dispose();
  }

  #create(key: string, phases: readonly Phase<Network, Batch>[]): Adam {
    const [first, ...others] = phases.map(({ optimizer }) => optimizer);
    if (first === undefined || others.some((spec) => JSON.stringify(spec) !== JSON.stringify(first))) {
      throw new ConfigError(
        "core",
        `phases share the optimizer ${key} with different settings. Give it one.`,
      );
    }
    return new Adam(first, new Map(phases.flatMap((phase) => [...this.parametersOf(phase)])));
  }
}
