import { createTrainingContext, useCpuBackend } from "@gan/test-kit";
import {
  add,
  mean,
  mul,
  reshape,
  type Scalar,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tensor4d,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../autodiff/index.js";
import { createAdversarialLoss } from "../losses/index.js";
import { BatchNorm, constantInitializer, Dense, type ForwardContext, Module } from "../nn/index.js";
import { Random } from "../random/index.js";
import { Adversary, type AdversaryOptions } from "./adversary.js";
import { joinAdversaries } from "./join-adversaries.js";
import { createStabilisersSchema, type Stabilisers } from "./stabilisers.js";
import { unrollUpdates } from "./unroll.js";

const schema = createStabilisersSchema({ defaults: { discriminatorNorm: "none" } });
const random = new Random(4);
const read = (x: Tensor | undefined) => x?.dataSync()[0] as number;

/** D(x) = w · x over the four numbers of a 2 × 2 picture, perhaps after a batch norm. */
class Linear extends Module {
  readonly judge = this.child("judge", new Dense({ inputs: 4, outputs: 1, random }));
  readonly norm: BatchNorm | undefined;

  constructor(normalises: boolean) {
    super();
    this.judge.weight.assign(tensor2d([[1], [-2], [2], [4]])); // ‖w‖ = 5
    if (normalises)
      this.norm = this.child(
        "norm",
        new BatchNorm({ channels: 4, random, initializer: constantInitializer(1) }),
      );
  }

  forward(images: Tensor4D, ctx: ForwardContext): { scores: Tensor; features: Tensor[] } {
    const flat: Tensor2D = reshape(images, [-1, 4]);
    const features = this.norm?.forward(flat, ctx) ?? flat;
    return { scores: this.judge.forward(features), features: [features] };
  }
}

function createAdversary(
  given: Partial<Stabilisers>,
  options: Partial<AdversaryOptions<Record<string, Tensor>>> = {},
) {
  const stabilisers = schema.parse(given);
  const discriminator = new Linear(options.name === "normalised");
  const judge = (images: Tensor4D, _given: unknown, ctx: ForwardContext) =>
    discriminator.forward(images, ctx);
  return { discriminator, adversary: new Adversary({ stabilisers, discriminator, judge, ...options }) };
}

const pictures = (values: number[]) => tensor4d(values, [values.length / 4, 2, 2, 1]);
const real = () => pictures([1, 0, 0, 0, 0, 1, 1, 0]); // scores 1, 0
const fake = () => pictures([0, 0, 0, 1, -1, 0, 0, 0]); // scores 4, -1
const contest = () => ({ real: real(), fake: fake(), given: {} });

beforeAll(useCpuBackend);

describe("an adversary", () => {
  it.each(["minimax", "non-saturating", "least-squares", "wasserstein", "hinge"] as const)(
    "plays the game %s on the discriminator's scores",
    (loss) => {
      const { adversary } = createAdversary({ loss, ...(loss === "wasserstein" && { r1: 1e-9 }) });
      const game = createAdversarialLoss(loss);
      const [onReal, onFake] = [tensor2d([[1], [0]]), tensor2d([[4], [-1]])];
      const expected = game.discriminator(onReal, onFake);
      const terms = adversary.discriminatorTerms(contest(), createTrainingContext());
      expect(read(terms.real)).toBeCloseTo(read(expected.real), 5);
      expect(read(terms.fake)).toBeCloseTo(read(expected.fake), 5);
      const { adversarial } = adversary.generatorTerms(contest(), createTrainingContext());
      expect(read(adversarial)).toBeCloseTo(read(game.generator(onFake)), 5);
    },
  );

  it("smooths labels, halves the discriminator's terms and prefixes its reports", () => {
    const { adversary } = createAdversary({ labelSmoothing: 0.25 }, { discriminatorWeight: 0.5, name: "a" });
    const expected = createAdversarialLoss("non-saturating", { labelSmoothing: 0.25 });
    const ctx = createTrainingContext();
    const terms = adversary.discriminatorTerms(contest(), ctx);
    expect(read(terms.real)).toBeCloseTo(
      read(expected.discriminator(tensor2d([[1], [0]]), tensor2d([[0]])).real) / 2,
      5,
    );
    expect(ctx.reports["a.accuracy"]).toBeCloseTo((0.5 + 0.5) / 2, 6);
  });

  it("shows real and generated pictures one after the other, or together", () => {
    const lossOf = (discriminatorBatches: "separate" | "mixed", fakes: () => Tensor4D) => {
      const { adversary } = createAdversary({ discriminatorBatches }, { name: "normalised" });
      const terms = adversary.discriminatorTerms({ ...contest(), fake: fakes() }, createTrainingContext());
      return read(terms.real);
    };
    const other = () => pictures([3, 1, 2, 2, 0, 5, -1, 1]);
    expect(lossOf("separate", fake)).toBeCloseTo(lossOf("separate", other), 6);
    expect(Math.abs(lossOf("mixed", fake) - lossOf("mixed", other))).toBeGreaterThan(0.05);
  });

  it("tells a mixed batch what was told of each half", () => {
    const seen: number[][] = [];
    const { adversary } = createAdversary(
      { discriminatorBatches: "mixed" },
      {
        judge(images, { labels }) {
          seen.push([...(labels as Tensor).dataSync()]);
          return { scores: mean(images, [1, 2, 3]) };
        },
      },
    );
    const given = { labels: tensor2d([[1], [2]]) };
    adversary.discriminatorTerms(
      { ...contest(), given, fakeGiven: { labels: tensor2d([[3], [4]]) } },
      createTrainingContext(),
    );
    expect(seen).toEqual([[1, 2, 3, 4]]);
  });

  it("adds instance noise to all that the discriminator sees, fading with the images seen", () => {
    const { adversary } = createAdversary({
      loss: "least-squares",
      instanceNoise: 0.8,
      instanceNoiseImages: 1000,
    });
    expect([0, 500, 1000, 2000].map((imagesSeen) => adversary.scalars({ imagesSeen }).instanceNoise)).toEqual(
      [0.8, 0.4, 0, 0],
    );
    const noise = { "": [1, 0, 0, 0, 1, 0, 0, 0] }; // moves every score by 1 · strength
    const ctx = createTrainingContext({ noise, scalars: { instanceNoise: 0.5 } });
    const terms = adversary.discriminatorTerms(contest(), ctx);
    expect(read(terms.real)).toBeCloseTo((0.5 ** 2 + 0.5 ** 2) / 4, 5); // scores 1.5, 0.5
    expect(read(terms.fake)).toBeCloseTo((4.5 ** 2 + 0.5 ** 2) / 4, 5); // 4.5, -0.5
    expect(read(adversary.generatorTerms(contest(), ctx).adversarial)).toBeCloseTo(
      (3.5 ** 2 + 1.5 ** 2) / 4,
      5,
    );
  });

  it("augments real and generated pictures, for the generator too", () => {
    const { adversary } = createAdversary({ loss: "wasserstein", r1: 1e-9, diffAugment: ["cutout"] });
    const flat = { real: pictures([1, 1, 1, 1]), fake: pictures([1, 1, 1, 1]), given: {} };
    const ctx = createTrainingContext({ noise: { "": [0, 0] } }); // blanks the upper left corner: w = 1
    const terms = adversary.discriminatorTerms(flat, ctx);
    expect(read(terms.real)).toBeCloseTo(-4, 5); // 1 - 2 + 2 + 4 less 1
    expect(read(terms.fake)).toBeCloseTo(4, 5);
    expect(read(adversary.generatorTerms(flat, ctx).adversarial)).toBeCloseTo(-4, 5);
  });

  it("penalises slopes: λ(‖w‖ - 1)², γ/2 ‖w‖², ε E[D(x)²]", () => {
    const { adversary } = createAdversary({ gradientPenalty: 10, r1: 2, r2: 4, drift: 0.1 });
    const terms = adversary.discriminatorTerms(
      contest(),
      createTrainingContext({ noise: { "": [0.3, 0.6] } }),
    );
    expect(Object.keys(terms)).toEqual(["real", "fake", "drift", "gradientPenalty", "r1", "r2"]);
    expect(read(terms.gradientPenalty)).toBeCloseTo(160, 3);
    expect(read(terms.r1)).toBeCloseTo(25, 4);
    expect(read(terms.r2)).toBeCloseTo(50, 4);
    expect(read(terms.drift)).toBeCloseTo(0.05, 6);
  });

  it("makes lazy penalties as much heavier, and lets them reach every weight", () => {
    const { adversary, discriminator } = createAdversary({ r1: 2, penaltyEvery: 16 });
    expect(Object.keys(adversary.discriminatorTerms(contest(), createTrainingContext()))).toEqual([
      "real",
      "fake",
    ]);
    const weights = [...discriminator.namedParameters().values()];
    const { value, grads } = variableGrads(
      () => adversary.penaltyTerms(contest(), createTrainingContext()).r1 as Scalar,
      weights,
    );
    expect(read(value)).toBeCloseTo(25 * 16, 3);
    const [slope, bias] = weights.map((weight) => [...(grads[weight.name] as Tensor).dataSync()]);
    expect(slope).toEqual([32, -64, 64, 128]); // 16 γ w
    expect(bias).toEqual([0]);
  });

  it("leaves running statistics to the judging passes", () => {
    const { adversary, discriminator } = createAdversary({ r1: 2, penaltyEvery: 2 }, { name: "normalised" });
    const before = [...(discriminator.norm as BatchNorm).runningMean.dataSync()];
    adversary.penaltyTerms(contest(), createTrainingContext());
    expect([...(discriminator.norm as BatchNorm).runningMean.dataSync()]).toEqual(before);
  });

  it("matches features: weight · E (E f(x) - E f(G))²", () => {
    const { adversary } = createAdversary({ featureMatching: 3 });
    const { featureMatching } = adversary.generatorTerms(contest(), createTrainingContext());
    // means of the pixels: real ½ ½ ½ 0, generated -½ 0 0 ½
    expect(read(featureMatching)).toBeCloseTo((3 * (1 + 0.25 + 0.25 + 0.25)) / 4, 5);
  });

  it("clips weights through the optimizer", () => {
    const optimizer = { type: "adam", learningRate: 1, beta1: 0, beta2: 0, epsilon: 1 } as const;
    expect(createAdversary({ weightClip: 0.01 }).adversary.completeOptimizer(optimizer).weightClip).toBe(
      0.01,
    );
    expect(createAdversary({}).adversary.completeOptimizer(optimizer)).toBe(optimizer);
  });
});

describe("unrolled updates", () => {
  const stepSize = 0.1;
  const makeFake = (shift: Variable) => add(fake(), shift) as Tensor4D;

  it("are those of gradient descent, and leave the discriminator as it is", () => {
    const { discriminator } = createAdversary({});
    const game = createAdversarialLoss("non-saturating");
    const computeLoss = () => {
      const ctx = createTrainingContext();
      const scores = [real(), fake()].map((images) => discriminator.forward(images, ctx).scores);
      const { real: onReal, fake: onFake } = game.discriminator(scores[0] as Tensor, scores[1] as Tensor);
      return add(onReal, onFake) as Scalar;
    };
    const parameters = [...discriminator.namedParameters().values()];
    const before = parameters.map((parameter) => [...parameter.dataSync()]);
    const foreseen = [...unrollUpdates(parameters, computeLoss, 3, stepSize).values()].map((x) => [
      ...x.dataSync(),
    ]);
    expect(parameters.map((parameter) => [...parameter.dataSync()])).toEqual(before);
    for (let step = 0; step < 3; step++) {
      const { grads } = variableGrads(computeLoss, parameters);
      for (const parameter of parameters) {
        tidy(() => parameter.assign(sub(parameter, mul(grads[parameter.name] as Tensor, stepSize))));
      }
    }
    parameters.forEach((parameter, index) => {
      [...parameter.dataSync()].forEach((value, place) => {
        expect(foreseen[index]?.[place]).toBeCloseTo(value, 5);
      });
    });
    expect(foreseen).not.toEqual(before);
  });

  it("let the generator's gradient pass through what the discriminator will do", () => {
    const { adversary } = createAdversary({ unrolledSteps: 2, unrolledStepSize: stepSize });
    const plain = createAdversary({}).adversary;
    const shift = variable(tensor2d([[0.2]])) as Variable;
    const lossOf = (of: typeof adversary) => () =>
      of.generatorTerms({ ...contest(), fake: makeFake(shift) }, createTrainingContext())
        .adversarial as Scalar;
    const slopeOf = (of: typeof adversary) => read(variableGrads(lossOf(of), [shift]).grads[shift.name]);
    const at = (value: number) => {
      shift.assign(tensor2d([[value]]));
      return read(lossOf(adversary)());
    };
    const numeric = (at(0.21) - at(0.19)) / 0.02;
    shift.assign(tensor2d([[0.2]]));
    expect(slopeOf(adversary)).toBeCloseTo(numeric, 3);
    expect(Math.abs(slopeOf(adversary) - slopeOf(plain))).toBeGreaterThan(0.01);
  });
});

it("adversaries of one variant are joined, each with its own scalars, ears and state", () => {
  const settings = { adaTarget: 0.5, adaImages: 160, instanceNoise: 0.4, instanceNoiseImages: 100 };
  const [a, b] = ["a", "b"].map((name) => createAdversary(settings, { name }).adversary);
  const { observe, scalars, state } = joinAdversaries(a as Adversary, b as Adversary);
  const progress = { imagesSeen: 50, stepsTaken: 0, batchSize: 8 };
  for (let step = 0; step < 4; step++) observe({ "a.adaSign": 1, "b.adaSign": 0 }, progress);
  const expected = {
    "a.adaProbability": 0.2,
    "a.instanceNoise": 0.2,
    "b.adaProbability": 0,
    "b.instanceNoise": 0.2,
  };
  expect(scalars(progress)).toEqual(expected);
  expect(Object.keys(state)).toEqual(["a.ada", "b.ada"]);
  expect(state["a.ada"]?.save()).toMatchObject({ probability: 0.2 });
});
