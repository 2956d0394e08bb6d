import { useCpuBackend } from "@gan/test-kit";
import {
  mean,
  memory,
  mul,
  neg,
  type Scalar,
  square,
  sub,
  type Tensor2D,
  type Tensor4D,
  tensor4d,
  tidy,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImageBatch } from "../data/index.js";
import { ConfigError, DivergenceError } from "../errors/index.js";
import { BatchNorm, Dense, type ForwardContext, Module } from "../nn/index.js";
import { adam, ExponentialAverage } from "../optim/index.js";
import { Random } from "../random/index.js";
import { Trainer } from "./trainer.js";
import type { Phase, Variant } from "./variant.js";

beforeAll(useCpuBackend);

/** A linear layer with statistics, enough of a network to see what moves. */
class Toy extends Module {
  readonly #dense: Dense;
  readonly #norm: BatchNorm;

  constructor(seed: number) {
    super();
    const random = new Random(seed);
    this.#dense = this.child("dense", new Dense({ inputs: 2, outputs: 1, random }));
    this.#norm = this.child("norm", new BatchNorm({ channels: 1, random }));
  }

  forward(x: Tensor2D, ctx: ForwardContext): Tensor2D {
    return this.#norm.forward(this.#dense.forward(x), ctx);
  }
}

type Network = "first" | "second";
type ToyPhase = Phase<Network, ImageBatch>;

const loss = (y: Tensor2D) => mean(square(sub(y, 1))) as Scalar;

function createToy(
  change: (phases: ToyPhase[], networks: Record<Network, Toy>) => ToyPhase[] = (same) => same,
) {
  const networks = { first: new Toy(1), second: new Toy(2) };
  const noise = (batch: ImageBatch, ctx: ForwardContext, name?: string) =>
    ctx.normal([batch.images.shape[0], 2], name) as Tensor2D;
  const phases: ToyPhase[] = [
    {
      name: "alpha",
      updates: ["first"],
      every: 1,
      optimizer: adam({ learningRate: 0.01 }),
      losses: (batch, ctx) => {
        const x = noise(batch, ctx, "shared");
        return {
          direct: loss(networks.first.forward(x, ctx)),
          other: mul(loss(networks.second.forward(x, ctx)), 2),
        };
      },
    },
    {
      name: "beta",
      updates: ["second"],
      every: 2,
      optimizer: adam({ learningRate: 0.01 }),
      losses: (batch, ctx) => ({ only: loss(networks.second.forward(noise(batch, ctx, "shared"), ctx)) }),
    },
  ];
  const variant: Variant<Network, ImageBatch> = {
    name: "toy",
    config: {},
    networks,
    phases: change(phases, networks),
    averages: { first: new ExponentialAverage<Module>(networks.first, new Toy(1), 0) },
    sample: () => tensor4d([0], [1, 1, 1, 1]),
  };
  return variant;
}

const createBatch = (): ImageBatch => ({ images: tensor4d([0, 0, 0, 0], [4, 1, 1, 1]) as Tensor4D });

const snapshot = (variant: Variant<Network, ImageBatch>, network: Network) =>
  [...variant.networks[network].namedVariables()].map(([name, variable]) =>
    [name, ...variable.dataSync()].join(),
  );

describe("Trainer", () => {
  it("runs each phase when it is due and names its losses", () => {
    const trainer = new Trainer(createToy(), new Random(1));
    const batch = createBatch();
    const names = () => Object.keys(trainer.step(batch, 4).losses);
    expect(names()).toEqual(["alpha.direct", "alpha.other", "beta.only"]);
    expect(names()).toEqual(["alpha.direct", "alpha.other"]);
    expect(trainer.state).toMatchObject({ stepsTaken: 2, imagesSeen: 8, updates: { alpha: 2, beta: 1 } });
  });

  it("gives noise of the same name to all phases, fresh in every step", () => {
    const trainer = new Trainer(createToy(), new Random(1));
    const batch = createBatch();
    const first = trainer.step(batch, 4).losses;
    expect(first["alpha.other"]).toBeCloseTo(2 * (first["beta.only"] as number), 5);
    expect(trainer.state.noise.drawn).toBe(8);
    expect(trainer.step(batch, 4).losses["alpha.direct"]).not.toBe(first["alpha.direct"]);
  });

  it("moves only the weights and statistics of the networks that a phase names", () => {
    const variant = createToy((phases) => phases.slice(0, 1));
    const [first, second] = [snapshot(variant, "first"), snapshot(variant, "second")];
    new Trainer(variant, new Random(1)).step(createBatch(), 4);
    expect(snapshot(variant, "second")).toEqual(second);
    snapshot(variant, "first").forEach((entry, index) => {
      expect(entry).not.toBe(first[index]);
    });
  });

  it("takes the step that Adam takes by hand", () => {
    const variant = createToy((phases) => phases.slice(0, 1));
    const before = variant.networks.first.namedParameters().get("norm.beta")?.dataSync()[0] as number;
    // The loss is mean((γ x̂ + β - 1)²), whose gradient for β, mean(2 (β - 1)), is negative.
    new Trainer(variant, new Random(1)).step(createBatch(), 4);
    const after = variant.networks.first.namedParameters().get("norm.beta")?.dataSync()[0] as number;
    expect(after - before).toBeCloseTo(0.01, 5);
  });

  it("moves the averages after the phases", () => {
    const variant = createToy();
    new Trainer(variant, new Random(1)).step(createBatch(), 4);
    const average = variant.averages.first?.module.namedVariables().get("dense.weight");
    const source = variant.networks.first.namedVariables().get("dense.weight");
    expect(average?.dataSync()).toEqual(source?.dataSync()); // half-life 0 copies
  });

  it("goes on exactly after its state and variables are restored", () => {
    const run = (interruptAfter: number) => {
      let variant = createToy();
      let trainer = new Trainer(variant, new Random(9));
      const batch = createBatch();
      for (let step = 0; step < 5; step++) {
        if (step === interruptAfter) {
          const state = JSON.parse(JSON.stringify(trainer.state));
          const next = createToy();
          const resumed = new Trainer(next, new Random(0));
          for (const list of ["namedWeights", "namedAverages", "namedMoments"] as const) {
            const from = trainer[list]();
            for (const [name, variable] of resumed[list]())
              tidy(() => variable.assign(from.get(name)!.clone()));
          }
          resumed.state = state;
          [variant, trainer] = [next, resumed];
        }
        trainer.step(batch, 4);
      }
      return [...snapshot(variant, "first"), ...snapshot(variant, "second")];
    };
    const uninterrupted = run(-1);
    for (const interruption of [1, 2, 3]) expect(run(interruption)).toEqual(uninterrupted);
  });

  it("keeps the number of tensors constant and frees its own", () => {
    const variant = createToy();
    const batch = createBatch();
    const before = memory().numTensors;
    const trainer = new Trainer(variant, new Random(1));
    const created = memory().numTensors;
    for (let step = 0; step < 4; step++) trainer.step(batch, 4);
    expect(memory().numTensors).toBe(created);
    trainer.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it("stops with the loss's name when it is not finite", () => {
    const variant = createToy((phases) => [
      {
        ...(phases[0] as ToyPhase),
        losses: (batch, ctx) => ({
          bad: mul(loss(phases[0]!.losses(batch, ctx).direct as never), Number.NaN) as Scalar,
        }),
      },
    ]);
    const trainer = new Trainer(variant, new Random(1));
    expect(() => trainer.step(createBatch(), 4)).toThrow(DivergenceError);
  });

  it("refuses a phase whose loss does not reach what it updates", () => {
    const variant = createToy((phases, { second }) => [
      {
        ...(phases[0] as ToyPhase),
        losses: (_, ctx) => ({ wrong: loss(second.forward(neg(ctx.normal([4, 2])) as Tensor2D, ctx)) }),
      },
    ]);
    const trainer = new Trainer(variant, new Random(1));
    expect(() => trainer.step(createBatch(), 4)).toThrow(/alpha|any variable/);
  });

  it("refuses phases that share a name or an optimizer of two settings", () => {
    expect(
      () =>
        new Trainer(
          createToy(([a]) => [a, a] as ToyPhase[]),
          new Random(1),
        ),
    ).toThrow(ConfigError);
    const clash = createToy((phases) =>
      phases.map((phase, index) => ({
        ...phase,
        optimizer: adam({ name: "one", learningRate: 0.1 + index }),
      })),
    );
    expect(() => new Trainer(clash, new Random(1))).toThrow(/share the optimizer one/);
  });
});
