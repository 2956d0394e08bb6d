import {
  type HostTensor,
  namedWeights,
  type Random,
  type TensorRecord,
  Trainer,
  type Variant,
} from "@gan/core";
import { useTrainingBackend } from "@gan/test-kit";
import { dispose } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { disposeVariant, toTensor } from "./variables.js";

/** A training run of another framework, step by step, to be repeated. */
export interface ParityPlan<Network extends string, Batch extends TensorRecord> {
  create(): Variant<Network, Batch>;
  /**
   * The fixture's tensor of a name, in our layout: `start.NETWORK.VARIABLE`, `end.NETWORK.VARIABLE`, and the
   * gradients as {@link gradients} says.
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
  /** Which gradients the fixture has. Default: {@link firstGradients}. */
  gradients?: readonly GradientPlan[];
  /** Bar for the way that weights went, as a share of its length. Default 1e-3. */
  wayTolerance?: number;
  /** Running statistics, as `<network>.<name>`, to compare at the end as weights are. Default: none. */
  buffers?: readonly string[];
}

/** Gradients to compare: those with which each optimizer made its last update of a step. */
export interface GradientPlan {
  step: number;
  /** They are stored as `PREFIX.NETWORK.VARIABLE`. */
  prefix: string;
  /** Share of a gradient's norm by which it may differ; where that is zero, the length itself. */
  tolerance: number;
  /** Parameters that take no part in that step. Default: none. */
  without?: readonly string[];
}

/** `gradients.NETWORK.VARIABLE` of the first step, within 1e-4. */
const firstGradients: readonly GradientPlan[] = [{ step: 0, prefix: "gradients", tolerance: 1e-4 }];

/** ‖actual - expected‖ / ‖expected‖, undivided where nothing is expected. */
function computeRelativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, norm] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    difference += ((actual[index] as number) - (expected[index] as number)) ** 2;
    norm += (expected[index] as number) ** 2;
  }
  return Math.sqrt(norm === 0 ? difference : difference / norm);
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
  const gradientSteps = new Set((plan.gradients ?? firstGradients).map(({ step }) => step));
  for (let step = 0; step < plan.steps; step++) {
    noise.step = step;
    const batch = plan.createBatch(step);
    losses.push(...plan.losses(step, trainer.step(batch, plan.batchSize).losses));
    dispose(batch);
    if (!gradientSteps.has(step)) continue;
    for (const { name: phase, optimizer } of phases) {
      const prefix = `${optimizer.name ?? phase}.`;
      for (const [name, moment] of trainer.namedMoments()) {
        if (!name.startsWith(prefix) || !name.endsWith(".firstMoment")) continue;
        // After one step the first moment is (1 - β₁) times the gradient; where β₁ is 0, after every one.
        const gradient = moment.dataSync<"float32">().map((value) => value / (1 - optimizer.beta1));
        gradients.set(`${step}.${name.slice(prefix.length, -".firstMoment".length)}`, gradient);
      }
    }
  }
  const weights = [...namedWeights(variant)];
  const end = new Map(weights.map(([name, variable]) => [name, variable.dataSync<"float32">().slice()]));
  trainer.dispose();
  disposeVariant(variant as unknown as Variant);
  return { losses, gradients, end, names: parameters.map(([name]) => name) };
}

/**
 * Registers tests that a variant trains as another framework does, from the same weights, batches and noise: every
 * loss within 1e-4, gradients within 1e-4 of their norms, every weight after the last step
 * within 1e-3 of its norm and of the way it went.
 */
export function testParity<Network extends string, Batch extends TensorRecord>(
  name: string,
  plan: ParityPlan<Network, Batch>,
): void {
  describe(`training of ${name}`, () => {
    let run: ReturnType<typeof repeatRun>;
    const compared = () => run.names.filter((key) => !plan.without?.includes(key));
    beforeAll(async () => {
      await useTrainingBackend();
      run = repeatRun(plan);
    });

    it("gives every loss within 1e-4", () => {
      expect(run.losses.length).toBeGreaterThanOrEqual(plan.steps);
      const errors = run.losses.map(([actual, expected]) => Math.abs(actual / expected - 1));
      expect(Math.max(...errors)).toBeLessThan(1e-4);
    });

    it.each(plan.gradients ?? firstGradients)(
      "gives the gradients $prefix of step $step within $tolerance of their norms",
      ({ step, prefix, tolerance, without }) => {
        const keys = compared().filter((key) => !without?.includes(key));
        const errors = keys.map((key) => {
          const actual = run.gradients.get(`${step}.${key}`) ?? new Float32Array();
          return [key, computeRelativeError(actual, plan.stored(`${prefix}.${key}`).values)] as const;
        });
        expect(errors.length).toBeGreaterThan(0);
        expect(errors.filter(([, error]) => !(error < tolerance))).toEqual([]);
      },
    );

    const { wayTolerance = 1e-3, buffers = [] } = plan;
    it(`gives every weight at the end within 1e-3 of its norm, and within ${wayTolerance} of the way it went`, () => {
      const failures: [string, number, number][] = compared().flatMap((key) => {
        const [start, end] = [plan.stored(`start.${key}`).values, plan.stored(`end.${key}`).values];
        const actual = run.end.get(key) as Float32Array;
        // A few steps move a scale by a thousandth: only its way tells whether they were right.
        const way = (values: Float32Array) => values.map((value, index) => value - (start[index] as number));
        const error = computeRelativeError(actual, end);
        const wayError = computeRelativeError(way(actual), way(end));
        return error < 1e-3 && wayError < wayTolerance
          ? []
          : [[key, error, wayError] as [string, number, number]];
      });
      for (const key of buffers) {
        const error = computeRelativeError(
          run.end.get(key) ?? new Float32Array(),
          plan.stored(`end.${key}`).values,
        );
        if (!(error < 1e-3)) failures.push([key, error, 0]);
      }
      expect(failures).toEqual([]);
    });
  });
}
