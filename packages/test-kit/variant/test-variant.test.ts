import {
  keep,
  log,
  mul,
  neg,
  ones,
  reshape,
  type Scalar,
  scalar,
  setBackend,
  slice,
  tensor,
  tidy,
  tile,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { checkExport } from "./checks/export.js";
import { checkOverfit, computeNearness } from "./checks/overfit.js";
import { checkParameterCounts } from "./checks/parameters.js";
import { checkPhases } from "./checks/phases.js";
import { checkResume } from "./checks/resume.js";
import { checkSamples } from "./checks/samples.js";
import { checkFinite, checkLeaks, checkSeeds } from "./checks/steps.js";
import { testVariant } from "./test-variant.js";
import { createToy, createToySuite, type Toy } from "./toy-variant.test-helper.js";

testVariant("a toy", createToySuite());

type Check = (suite: ReturnType<typeof createToySuite>) => Promise<void>;

/** Replaces the generator's loss by a function of it. */
const changeLoss = (toy: Toy, change: (loss: Scalar) => Scalar) => {
  const phase = toy.phases[1] as Toy["phases"][number];
  const { losses } = phase;
  phase.losses = (batch, ctx) => ({ fake: change(losses(batch, ctx).fake as Scalar) });
};

describe("a variant is refused", () => {
  beforeAll(async () => {
    await setBackend("ort");
  });

  const refuse = (check: Check, change: (toy: Toy, seed: number) => unknown, message: RegExp) =>
    expect(check(createToySuite(change))).rejects.toThrow(message);

  it("whose samples leave the range", () =>
    refuse(checkSamples, (toy) => wrapSample(toy, (images) => mul(images, 9)), /in \[-1, 1\]/));

  it("whose samples have another shape", () =>
    refuse(checkSamples, (toy) => wrapSample(toy, (images) => reshape(images, [-1, 4, 16, 1])), /shape/));

  it("whose samples ignore the noise, or leave tensors", async () => {
    const constant = (toy: Toy) =>
      wrapSample(toy, ({ shape }) =>
        tensor(
          [...Array(shape[0] * 64).keys()].map((x) => x / 999),
          shape,
        ),
      );
    await refuse(checkSamples, constant, /another seed/);
    const leak = (toy: Toy) =>
      wrapSample(toy, (images) => {
        keep(scalar(1));
        return images.clone();
      });
    await refuse(checkSamples, leak, /after sampling/);
  });

  it("whose latent space is another than that of its samples", () =>
    refuse(
      checkSamples,
      (toy) => {
        const { latentSpace } = toy;
        if (latentSpace !== undefined)
          toy.latentSpace = { ...latentSpace, draw: (count) => ones([count, 2]) };
      },
      /same latent points/,
    ));

  it("of classes that look alike", () =>
    expect(checkSamples({ ...createToySuite(), kind: "conditional", classes: 3 })).rejects.toThrow(
      /classes/,
    ));

  it("that translates without looking", () =>
    expect(checkSamples({ ...createToySuite(), kind: "translator" })).rejects.toThrow(/other pictures/));

  it("of another size", async () => {
    const references = [{ source: "nobody", create: () => createToy(0), counts: { generator: 319 } }];
    await expect(checkParameterCounts({ ...createToySuite(), references })).rejects.toThrow(/nobody/);
    await expect(checkParameterCounts({ ...createToySuite(), references: [] })).rejects.toThrow();
  });

  it("with a phase that moves another network", () => {
    const touch = (toy: Toy) =>
      changeLoss(toy, (loss) => {
        const bias = toy.networks.discriminator.namedParameters().get("last.bias");
        bias?.assign(ones(bias.shape));
        return loss;
      });
    return refuse(checkPhases, touch, /generator changed in the network discriminator/);
  });

  it("with a parameter that stays", () => {
    const freeze = (toy: Toy) => changeLoss(toy, (loss) => mul(loss, 0) as Scalar);
    return refuse(checkPhases, freeze, /left as it was/);
  });

  it("whose loss is not finite", () =>
    refuse(checkFinite, (toy) => changeLoss(toy, (loss) => log(neg(loss)) as Scalar), /NaN|finite/));

  it("that ignores the seed, or draws from elsewhere", async () => {
    const assign = (toy: Toy, value: () => number) =>
      tidy(() => {
        const bias = toy.networks.generator.namedParameters().get("first.bias");
        bias?.assign(mul(ones(bias.shape), value()));
      });
    let calls = 0;
    await refuse(checkSeeds, (toy) => assign(toy, () => ++calls), /same seed made differently/);
    const deaf = { ...createToySuite(), create: () => createToy(1) };
    await expect(checkSeeds(deaf)).rejects.toThrow(/another seed changed/);
  });

  it("that leaves tensors", async () => {
    const leak = (toy: Toy) => {
      toy.scalars = () => {
        keep(scalar(1));
        return {};
      };
    };
    await refuse(checkLeaks, leak, /numbers of tensors/);
  });

  it("whose state is not in its checkpoint", async () => {
    const count = (toy: Toy) => {
      let steps = 0;
      toy.scalars = () => ({ weight: ++steps });
      const phase = toy.phases[1] as Toy["phases"][number];
      const { losses } = phase;
      phase.losses = (batch, ctx) => {
        const { fake } = losses(batch, ctx);
        return { fake: mul(fake as Scalar, ctx.scalar("weight")) as Scalar };
      };
    };
    await refuse(checkResume, count, /resumed run equals/);
  });

  it("that exports nothing, or something else than it computes", async () => {
    const withdraw = (toy: Toy) => {
      toy.exportable = {};
    };
    await refuse(checkExport, withdraw, /can be exported/);
    const drift = (toy: Toy) => {
      const network = toy.exportable?.generator as NonNullable<Toy["exportable"]>[string];
      // Exporting tries batches of 1 and 3, this suite another.
      const forward: typeof network.forward = (inputs, ctx) => {
        const { images } = network.forward(inputs, ctx);
        const batch = images as ReturnType<Toy["sample"]>;
        return { images: mul(batch, batch.shape[0] === 5 ? 1.5 : 1) };
      };
      toy.exportable = { generator: { ...network, forward } };
    };
    await refuse(checkExport, drift, /in ONNX Runtime and here/);
  });

  it("that does not learn, or learns one picture", async () => {
    const short = createToySuite();
    const overfit = { ...short.overfit, steps: 3 };
    await expect(checkOverfit({ ...short, overfit })).rejects.toThrow(/distance to the nearest/);
    const memorise = (toy: Toy) => {
      const { sample } = toy;
      let asked = 0;
      toy.sample = (request, ctx) => {
        const images = sample(request, ctx);
        const { batch, count } = request;
        if (asked++ === 0 || batch === undefined) return images;
        images.dispose();
        return tidy(() => tile(slice(batch.images, [2, 0, 0, 0], [1, 8, 8, 1]), [count, 1, 1, 1]));
      };
    };
    const stuck = createToySuite(memorise, { overfit });
    await expect(checkOverfit(stuck)).rejects.toThrow(/covered/);
  });
});

function wrapSample(toy: Toy, change: (images: ReturnType<Toy["sample"]>) => unknown): void {
  const { sample } = toy;
  toy.sample = (request, ctx) => tidy(() => change(sample(request, ctx)) as ReturnType<Toy["sample"]>);
}

describe("nearness", () => {
  it("is the mean root mean square difference, and counts the pictures that are nearest", () => {
    const training = Float32Array.from([0, 0, 1, 1, 5, 5]);
    const samples = Float32Array.from([0, 0.2, 0.9, 1.1, 1, 1]);
    const { distance, covered } = computeNearness(samples, training, 3);
    expect(distance).toBeCloseTo((Math.sqrt(0.02) + 0.1 + 0) / 3, 6);
    expect(covered).toBe(2);
  });
});
