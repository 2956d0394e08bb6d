import { type HostTensor, type Random, type TensorRecord, Trainer, type Variant } from "@gan/core";
import { dispose, setBackend } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { disposeVariant, toTensor } from "./variables.js";

/** A training run of another framework, step by step, to be repeated. */
export interface ParityPlan<Network extends string, Batch extends TensorRecord> {
  create(): Variant<Network, Batch>;
  /**
   * The fixture's tensor of a name, in our layout: `start.NETWORK.VARIABLE`, `end.NETWORK.VARIABLE`, and
   * `gradients.NETWORK.VARIABLE`, each phase's in the first step.
   *
   * @throws Error when there is none.
   */
  stored(name: string): HostTensor;
  steps: number;
  /** Of Adam, on both sides: at 1e-8, rounding noise in a gradient of zero would become a whole step. */
  epsilon: number;
  createBatch(step: number): Batch;
  batchSize: number;
  /** The step's noise, in the order in which it is asked for. */
  noise(step: number): readonly HostTensor[];
  /** The losses that the fixture has of a step: those measured, perhaps summed, and those expected. */
  losses(
    step: number,
    measured: Readonly<Record<string, number>>,
  ): readonly [actual: number, expected: number][];
  /** Parameters, as `<network>.<name>`, whose gradient is zero by construction. Default: none. */
  without?: readonly string[];
}

/** ‖actual - expected‖ / ‖expected‖. */
function computeRelativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, norm] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    difference += ((actual[index] as number) - (expected[index] as number)) ** 2;
    norm += (expected[index] as number) ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** A source that hands out a plan's noise. */
function scriptNoise(noise: ParityPlan<string, TensorRecord>["noise"]): Random & { step: number } {
  let given = 0;
  const draw = (count: number) => {
    const found = noise(source.step)[given++]?.values;
    if (found?.length !== count)
      throw new Error(`noise ${given} of step ${source.step} must have ${count} values`);
    return found.slice();
  };
  const source = {
    get step() {
      return step;
    },
    set step(next) {
      [step, given] = [next, 0];
    },
    state: { seed: 0, stream: "", drawn: 0 },
    fork: () => source,
    normals: draw,
    uniforms: draw,
  };
  let step = 0;
  return source as unknown as Random & { step: number };
}

/** Repeats the run; what it measured and where it went. */
function repeatRun<Network extends string, Batch extends TensorRecord>(plan: ParityPlan<Network, Batch>) {
  const created = plan.create();
  const { epsilon } = plan;
  const phases = created.phases.map((phase) => ({ ...phase, optimizer: { ...phase.optimizer, epsilon } }));
  const variant: Variant<Network, Batch> = { ...created, phases };
  const parameters = (Object.keys(variant.networks) as Network[]).flatMap((network) =>
    [...variant.networks[network].namedParameters()].map(
      ([name, value]) => [`${network}.${name}`, value] as const,
    ),
  );
  for (const [name, variable] of parameters) {
    const { shape, values } = plan.stored(`start.${name}`);
    expect(shape, `the shape of ${name}`).toEqual(variable.shape);
    const start = toTensor(values, shape);
    variable.assign(start);
    start.dispose();
  }
  const noise = scriptNoise((step) => plan.noise(step));
  const trainer = new Trainer(variant, noise);
  const losses: (readonly [actual: number, expected: number])[] = [];
  const gradients = new Map<string, Float32Array>();
  for (let step = 0; step < plan.steps; step++) {
    noise.step = step;
    const batch = plan.createBatch(step);
    losses.push(...plan.losses(step, trainer.step(batch, plan.batchSize).losses));
    dispose(batch);
    if (step > 0) continue;
    for (const { name: phase, optimizer } of phases) {
      const prefix = `${optimizer.name ?? phase}.`;
      for (const [name, moment] of trainer.namedMoments()) {
        if (!name.startsWith(prefix) || !name.endsWith(".firstMoment")) continue;
        // After one step the first moment is (1 - β₁) times the gradient.
        const gradient = moment.dataSync<"float32">().map((value) => value / (1 - optimizer.beta1));
        gradients.set(name.slice(prefix.length, -".firstMoment".length), gradient);
      }
    }
  }
  const end = new Map(parameters.map(([name, variable]) => [name, variable.dataSync<"float32">().slice()]));
  trainer.dispose();
  disposeVariant(variant as unknown as Variant);
  return { losses, gradients, end };
}

/**
 * Registers tests that a variant trains as another framework does, from the same weights, batches and noise: every
 * loss within 1e-4, every gradient of the first step within 1e-4 of its norm, every weight after the last step
 * within 1e-3 of its norm and of the way it went.
 */
export function testParity<Network extends string, Batch extends TensorRecord>(
  name: string,
  plan: ParityPlan<Network, Batch>,
): void {
  describe(`training of ${name}`, () => {
    let run: ReturnType<typeof repeatRun>;
    const compared = () => [...run.end.keys()].filter((key) => !plan.without?.includes(key));
    beforeAll(async () => {
      await setBackend("ort");
      run = repeatRun(plan);
    });

    it("gives every loss within 1e-4", () => {
      expect(run.losses.length).toBeGreaterThanOrEqual(plan.steps);
      const errors = run.losses.map(([actual, expected]) => Math.abs(actual / expected - 1));
      expect(Math.max(...errors)).toBeLessThan(1e-4);
    });

    it("gives every gradient of the first step within 1e-4 of its norm", () => {
      const errors = compared().map((key) => {
        const actual = run.gradients.get(key) ?? new Float32Array();
        return [key, computeRelativeError(actual, plan.stored(`gradients.${key}`).values)] as const;
      });
      expect(errors.filter(([, error]) => !(error < 1e-4))).toEqual([]);
    });

    it("gives every weight at the end within 1e-3 of its norm, and of the way it went", () => {
      const failures = compared().flatMap((key) => {
        const [start, end] = [plan.stored(`start.${key}`).values, plan.stored(`end.${key}`).values];
        const actual = run.end.get(key) as Float32Array;
        // A few steps move a scale by a thousandth: only its way tells whether they were right.
        const way = (values: Float32Array) => values.map((value, index) => value - (start[index] as number));
        const errors = [computeRelativeError(actual, end), computeRelativeError(way(actual), way(end))];
        return errors.filter((error) => !(error < 1e-3)).map((error) => [key, error] as const);
      });
      expect(failures).toEqual([]);
    });
  });
}
