import {
  adam,
  Dense,
  ExponentialAverage,
  type ForwardContext,
  type ImageBatch,
  Module,
  normalInitializer,
  type Phase,
  Random,
  type Variant,
} from "@gan/core";
import {
  add,
  expandDims,
  leakyRelu,
  mean,
  min,
  mul,
  neg,
  reshape,
  type Scalar,
  softplus,
  squaredDifference,
  type Tensor2D,
  type Tensor4D,
  tanh,
  tidy,
} from "@tensorflow/tfjs-core";
import { createPatterns, createSquares } from "./batches.js";
import type { VariantSuite } from "./suite.js";

const [side, latentSize, hidden] = [8, 2, 32];
const pixels = side * side;

class Network extends Module {
  readonly #first: Dense;
  readonly #last: Dense;

  constructor(inputs: number, outputs: number, random: Random) {
    super();
    const initializer = normalInitializer(0.3);
    this.#first = this.child("first", new Dense({ inputs, outputs: hidden, random, initializer }));
    this.#last = this.child("last", new Dense({ inputs: hidden, outputs, random, initializer }));
  }

  forward(x: Tensor2D): Tensor2D {
    return this.#last.forward(leakyRelu(this.#first.forward(x), 0.2));
  }
}

type ToyNetwork = "generator" | "discriminator";

/** A GAN of dense layers for 4×4 pictures. */
export interface Toy extends Variant<ToyNetwork, ImageBatch> {
  networks: { generator: Network; discriminator: Network };
  phases: Phase<ToyNetwork, ImageBatch>[];
}

export function createToy(seed: number, learningRate = 1e-2): Toy {
  const random = new Random(seed);
  const generator = new Network(latentSize, pixels, random.fork("generator"));
  const discriminator = new Network(pixels, 1, random.fork("discriminator"));
  const copy = new Network(latentSize, pixels, random.fork("generator"));
  const average = new ExponentialAverage(generator, copy, 500);
  const draw = (network: Network, count: number, ctx: ForwardContext) => {
    const latents = ctx.normal([count, latentSize], "latents") as Tensor2D;
    return tanh(network.forward(latents));
  };
  const judge = (images: Tensor4D | Tensor2D) => discriminator.forward(reshape(images, [-1, pixels]));
  const optimizer = adam({ learningRate, beta1: 0.5 });
  return {
    name: "toy",
    config: {},
    networks: { generator, discriminator },
    averages: { generator: average as ExponentialAverage },
    phases: [
      {
        name: "discriminator",
        updates: ["discriminator"],
        every: 1,
        optimizer,
        losses: ({ images }, ctx) => ({
          real: mean(softplus(neg(judge(images)))),
          fake: mean(softplus(judge(draw(generator, images.shape[0], ctx)))),
        }),
      },
      {
        name: "generator",
        updates: ["generator"],
        every: 1,
        optimizer,
        // The distance of both sets to each other's nearest, so that learning by heart takes few steps.
        losses({ images }, ctx) {
          const made = draw(generator, images.shape[0], ctx);
          const flat = reshape(images, [-1, 1, pixels]);
          const distances = mean(squaredDifference(flat, expandDims(made, 0)), 2);
          const nearest = add(mean(min(distances, 0)), mean(min(distances, 1))) as Scalar;
          return { fake: add(mul(mean(softplus(neg(judge(made)))), 0.01), nearest) as Scalar };
        },
      },
    ],
    sample: ({ count }, ctx) =>
      tidy(() => reshape(draw(average.module, count, ctx), [count, side, side, 1]) as Tensor4D),
    latentSpace: {
      name: "z",
      interpolation: "spherical",
      draw: (count, ctx) => ctx.normal([count, latentSize]) as Tensor2D,
      generate: (points) => tidy(() => reshape(tanh(average.module.forward(points)), [-1, side, side, 1])),
    },
    referenceImages: ({ images }) => images,
    exportable: {
      generator: {
        description: "Pictures of 8×8.",
        inputs: { latents: { shape: [latentSize], values: "normal", description: "N(0, 1)" } },
        outputs: { images: "in [-1, 1]" },
        forward: ({ latents }) => {
          const flat = tanh(average.module.forward(latents as Tensor2D));
          return { images: reshape(flat, [-1, side, side, 1]) };
        },
      },
    },
  };
}

const createBatch = (random: Random): ImageBatch => ({
  images: createPatterns(random, [8, side, side, 1]),
});

/** The suite that the toy passes; `change` breaks what it creates. */
export function createToySuite(
  change: (toy: Toy, seed: number) => unknown = () => {},
  more: Partial<VariantSuite<ToyNetwork, ImageBatch>> = {},
): VariantSuite<ToyNetwork, ImageBatch> {
  const create = (seed: number) => {
    const toy = createToy(seed);
    change(toy, seed);
    return toy;
  };
  const [generator, discriminator] = [2 * 32 + 32 + 32 * 64 + 64, 64 * 32 + 32 + 32 + 1];
  return {
    kind: "generator",
    create,
    batchSize: 8,
    createBatch,
    pictureShape: [side, side, 1],
    references: [{ source: "by hand", create: () => create(0), counts: { generator, discriminator } }],
    overfit: { createBatch: () => ({ images: createSquares(side, 1, 4) }), steps: 600 },
    ...more,
  };
}
