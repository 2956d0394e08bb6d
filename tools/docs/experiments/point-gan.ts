import {
  adam,
  type BatchSource,
  createAdversarialPhases,
  createInferenceContext,
  createStabilisersSchema,
  Dense,
  drawLatents,
  ExponentialAverage,
  type ForwardContext,
  type ImageBatch,
  MinibatchDiscrimination,
  Module,
  Random,
  type Stabilisers,
  type Variant,
  xavierInitializer,
} from "@gan/core";
import {
  relu,
  reshape,
  sigmoid,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor4d,
  tidy,
} from "@tensorflow/tfjs-core";
import type { z } from "zod";

const stabilisersSchema = createStabilisersSchema({ defaults: { discriminatorNorm: "none" } });

/** A GAN of points instead of pictures: small enough to train in seconds, large enough to fail like a large one. */
export interface PointGanOptions {
  /** Coordinates of a point. */
  dimensions: number;
  stabilisers?: z.input<typeof stabilisersSchema>;
  latentSize: number;
  /** Features of each of the two hidden layers. */
  hidden: number;
  generatorRate: number;
  discriminatorRate: number;
  seed: number;
}

/** Two dense layers with ReLU, and one without. */
class Perceptron extends Module {
  readonly #layers: readonly Dense[];
  readonly #discrimination: MinibatchDiscrimination | undefined;

  constructor(sizes: readonly number[], random: Random, { spectralNorm = false, compared = 0 } = {}) {
    super();
    if (compared > 0) {
      const inputs = sizes.at(-2) as number;
      const discrimination = new MinibatchDiscrimination({ inputs, outputs: compared, random });
      this.#discrimination = this.child("discrimination", discrimination);
    }
    const extra = (index: number) => (index === sizes.length - 2 ? compared : 0);
    this.#layers = sizes.slice(1).map((outputs, index) => {
      const inputs = (sizes[index] as number) + extra(index);
      const options = { inputs, outputs, random, spectralNorm, initializer: xavierInitializer() };
      return this.child(`layers.${index}`, new Dense(options));
    });
  }

  /** [B, inputs] → [B, outputs] */
  forward(x: Tensor2D, ctx: ForwardContext): Tensor2D {
    const last = this.#layers.length - 1;
    return this.#layers.reduce((features, layer, index) => {
      const input = index === last ? (this.#discrimination?.forward(features) ?? features) : features;
      const output = layer.forward(input, ctx);
      return index === last ? output : relu(output);
    }, x);
  }
}

/** The variant, and what its plots ask of it. */
export interface PointGan extends Variant<"generator" | "discriminator", ImageBatch> {
  /** Points from the weights of the last step, or from the averaged ones: [count, dimensions], row by row. */
  points(count: number, from: "last" | "average"): Promise<Float32Array>;
  /** σ(score) of points: [count, dimensions] → count. */
  judge(points: Float32Array): Promise<Float32Array>;
}

export function createPointGan(options: PointGanOptions): PointGan {
  const { dimensions, latentSize, hidden, seed } = options;
  const stabilisers: Stabilisers = stabilisersSchema.parse(options.stabilisers ?? {});
  const random = new Random(seed).fork("weights");
  const generatorSizes = [latentSize, hidden, hidden, dimensions];
  const generator = new Perceptron(generatorSizes, random.fork("generator"));
  const discriminator = new Perceptron([dimensions, hidden, hidden, 1], random.fork("discriminator"), {
    spectralNorm: stabilisers.spectralNorm !== "none",
    compared: stabilisers.minibatchDiscrimination,
  });
  const copy = new Perceptron(generatorSizes, random.fork("generator"));
  const average = new ExponentialAverage(generator, copy, 20_000);
  const flatten = (images: Tensor4D) => reshape(images, [-1, dimensions]) as Tensor2D;
  const generate = (count: number, ctx: ForwardContext, network = generator, name?: string) => {
    const latents = drawLatents(ctx, stabilisers, count, latentSize, name);
    return reshape(network.forward(latents, ctx), [count, 1, 1, dimensions]) as Tensor4D;
  };
  const still = () => createInferenceContext(new Random(seed).fork("plots"));
  const read = async (compute: () => Tensor) => {
    const result = tidy(compute);
    const values = await result.data<"float32">();
    result.dispose();
    return values;
  };
  return {
    name: "points",
    config: options,
    networks: { generator, discriminator },
    averages: { generator: average },
    ...createAdversarialPhases<ImageBatch>({
      stabilisers,
      discriminator,
      generate: ({ images }, ctx) => generate(images.shape[0], ctx, generator, "latents"),
      judge: (images, _given, ctx) => ({ scores: discriminator.forward(flatten(images), ctx) }),
      optimizers: {
        generator: adam({ learningRate: options.generatorRate, beta1: 0.5 }),
        discriminator: adam({ learningRate: options.discriminatorRate, beta1: 0.5 }),
      },
    }),
    sample: ({ count }, ctx) => tidy(() => generate(count, ctx, average.module)),
    points: (count, from) =>
      read(() => generate(count, still(), from === "last" ? generator : average.module)),
    judge: (points) =>
      read(() => {
        const images = tensor4d(points, [points.length / dimensions, 1, 1, dimensions]);
        return sigmoid(discriminator.forward(flatten(images), still()));
      }),
  };
}

/** Points that are drawn anew for every batch: the number of images seen decides which. */
export function pointSource(
  draw: (random: Random, count: number) => Float32Array,
  { dimensions, batchSize, seed }: { dimensions: number; batchSize: number; seed: number },
): BatchSource<ImageBatch> {
  return {
    batchSize,
    imagesPerEpoch: batchSize,
    async *batches(imagesSeen) {
      for (let seen = imagesSeen; ; seen += batchSize) {
        const points = draw(new Random(seed).fork(`points-${seen}`), batchSize);
        yield { images: tensor4d(points, [batchSize, 1, 1, dimensions]) };
      }
    },
  };
}
