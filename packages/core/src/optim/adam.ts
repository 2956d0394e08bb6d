import {
  add,
  div,
  mul,
  type NamedTensorMap,
  type Scalar,
  sqrt,
  square,
  sub,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";

/** Settings of {@link Adam}. */
export interface AdamSpec {
  /** Which optimizer this is. */
  type: "adam";
  /** Phases that give the same name share one optimizer. Default: the phase's name. */
  name?: string;
  /** Step size before any schedule. */
  learningRate: number;
  /** Decay of the first moment. */
  beta1: number;
  /** Decay of the second moment. */
  beta2: number;
  /** Added to the root of the second moment. */
  epsilon: number;
}

/** Adam's settings, with the original paper's defaults: 1e-3, 0.9, 0.999, 1e-8. */
export function adam(settings: Partial<Omit<AdamSpec, "type">> = {}): AdamSpec {
  return {
    type: "adam",
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    ...settings,
  };
}

/** The numbers that change with every update, as inputs of a compiled step. */
export interface AdamScalars<Value> {
  /** Learning rate with the bias of both moments taken out. */
  stepSize: Value;
  /** ε with the bias of the second moment taken out. */
  epsilon: Value;
}

/**
 * Adam with its moments as variables and everything that depends on the update's number passed in,
 * so that a compiled step freezes nothing. Kingma and Ba 2015, in the form of the end of section 2:
 *
 * `m ← β₁ m + (1 - β₁) g`, `v ← β₂ v + (1 - β₂) g²`, `θ ← θ - α' m / (√v + ε')` with
 * `α' = α √(1 - β₂ᵗ) / (1 - β₁ᵗ)` and `ε' = ε √(1 - β₂ᵗ)`, equal to dividing both moments by their
 * bias corrections.
 *
 * Owns its moments until {@link dispose}; never disposes the parameters.
 */
export class Adam {
  /** What it was made with. */
  readonly spec: AdamSpec;
  readonly #parameters: ReadonlyMap<string, Variable>;
  readonly #moments = new Map<string, { first: Variable; second: Variable }>();
  #updates = 0;

  /** @param parameters Variables to move, by the names under which the moments are saved. */
  constructor(spec: AdamSpec, parameters: ReadonlyMap<string, Variable>) {
    this.spec = spec;
    this.#parameters = parameters;
    for (const [name, parameter] of parameters) {
      const zeros = () => tidy(() => variable(zerosLike(parameter), false));
      this.#moments.set(name, { first: zeros(), second: zeros() });
    }
  }

  /** How many updates were begun. */
  get updates(): number {
    return this.#updates;
  }

  set updates(count: number) {
    this.#updates = count;
  }

  /** Begins the next update: counts it and returns its scalars, computed in double precision. */
  nextScalars(learningRate = this.spec.learningRate): AdamScalars<number> {
    this.#updates++;
    const { beta1, beta2, epsilon } = this.spec;
    const root = Math.sqrt(1 - beta2 ** this.#updates);
    const stepSize = (learningRate * root) / (1 - beta1 ** this.#updates);
    return { stepSize, epsilon: epsilon * root };
  }

  /**
   * Moves the parameters that have a gradient.
   *
   * @param gradients By the same names as the parameters; the caller disposes them.
   * @param scalars From {@link nextScalars}, as float32 scalars.
   * @throws ConfigError on a gradient of an unknown parameter.
   */
  apply(gradients: NamedTensorMap, scalars: AdamScalars<Scalar>): void {
    const { beta1, beta2 } = this.spec;
    tidy(() => {
      for (const [name, gradient] of Object.entries(gradients)) {
        const parameter = this.#parameters.get(name);
        const moments = this.#moments.get(name);
        if (!parameter || !moments) {
          throw new ConfigError("core", `this optimizer has no parameter ${name}.`);
        }
        const first = add(mul(moments.first, beta1), mul(gradient, 1 - beta1));
        const second = add(mul(moments.second, beta2), mul(square(gradient), 1 - beta2));
        const direction = div(first, add(sqrt(second), scalars.epsilon));
        moments.first.assign(first);
        moments.second.assign(second);
        parameter.assign(sub(parameter, mul(direction, scalars.stepSize)));
      }
    });
  }

  /** Sets the moments to zero and counts updates from 0. */
  reset(): void {
    this.#updates = 0;
    for (const moment of this.namedVariables().values()) tidy(() => moment.assign(zerosLike(moment)));
  }

  /** The moments as `<parameter>.firstMoment` and `<parameter>.secondMoment`. */
  namedVariables(): Map<string, Variable> {
    const named = new Map<string, Variable>();
    for (const [name, { first, second }] of this.#moments) {
      named.set(`${name}.firstMoment`, first);
      named.set(`${name}.secondMoment`, second);
    }
    return named;
  }

  /** Frees the moments. */
  dispose(): void {
    for (const moment of this.namedVariables().values()) moment.dispose();
  }
}
