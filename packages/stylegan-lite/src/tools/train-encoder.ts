import { adam, ConfigError, type ForwardContext, Random, Trainer, type Variant } from "@gan/core";
import {
  cast,
  clipByValue,
  div,
  floor,
  mean,
  mul,
  type Scalar,
  scalar,
  square,
  sub,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import type { StyleganLite } from "../stylegan-lite.js";
import { measureSpread } from "./style-directions.js";
import { StyleEncoder } from "./style-encoder.js";

/** How {@link trainEncoder} goes. */
export interface TrainEncoderOptions {
  /** Pictures to learn from, all different. Default 100,000. */
  totalImages?: number | undefined;
  /** Pictures in a step. Default 32. */
  batchSize?: number | undefined;
  /** Adam's, at first; falls to 0 along a cosine. Default 2e-3. */
  learningRate?: number | undefined;
  /** Default 0. */
  seed?: number | undefined;
  /** Told after each step: the share of w's variance that the encoder does not explain, on pictures new to it. */
  onProgress?: ((imagesSeen: number, totalImages: number, unexplained: number) => void) | undefined;
}

/**
 * Trains a network to tell from a picture the style that it was made of: styles are drawn by the mapping network,
 * rendered with random noise, and to be given back. The model stays as it is.
 *
 * @returns To be disposed by the caller.
 * @throws ConfigError when a count is no whole number from 1.
 */
export async function trainEncoder(
  variant: StyleganLite,
  options: TrainEncoderOptions = {},
): Promise<StyleEncoder> {
  const { totalImages = 100_000, batchSize = 32, learningRate = 2e-3, seed = 0, onProgress } = options;
  for (const [name, value] of Object.entries({ totalImages, batchSize })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new ConfigError("stylegan-lite", `${name} must be a whole number from 1, got ${value}.`);
  }
  const random = new Random(seed).fork("encoder");
  const encoder = new StyleEncoder(variant.config, random.fork("weights"));
  const label = variant.config.classCount > 0 ? 0 : undefined;
  const { mean: meanStyle, covariance, size } = await measureSpread(variant, { seed, label });
  let variance = 0;
  for (let at = 0; at < size; at++) variance += (covariance[at * size + at] as number) / size;
  tidy(() => {
    encoder.mean.assign(tensor1d(Float32Array.from(meanStyle)));
    encoder.deviation.assign(scalar(Math.sqrt(variance)));
  });
  const schedule = { learningRate, totalImages };
  const trainer = new Trainer(createEncoderVariant(variant, encoder, batchSize, schedule), random);
  try {
    while (trainer.imagesSeen < totalImages) {
      const { losses } = trainer.step({}, batchSize);
      onProgress?.(trainer.imagesSeen, totalImages, losses["encoder.unexplained"] as number);
      await new Promise((resolve) => setTimeout(resolve)); // lets bars move and Ctrl-C through
    }
  } finally {
    trainer.dispose();
  }
  return encoder;
}

/** A "GAN" of one network and one phase, whose data are noise. */
function createEncoderVariant(
  { averages, config }: StyleganLite,
  encoder: StyleEncoder,
  batchSize: number,
  { learningRate, totalImages }: { learningRate: number; totalImages: number },
) {
  const { mapping, synthesis } = averages.generator.module;
  const draw = (ctx: ForwardContext) => {
    const { latentSize, classCount } = config;
    const still = { ...ctx, training: false };
    const latents = ctx.normal([batchSize, latentSize]) as Tensor2D;
    const labels =
      classCount > 0
        ? (cast(floor(mul(ctx.uniform([batchSize]), classCount)), "int32") as Tensor1D)
        : undefined;
    const styles = mapping.forward(latents, still, labels);
    const layered = new Array<Tensor2D>(synthesis.styleCount).fill(styles);
    return { styles, images: clipByValue(synthesis.forward(layered, still), -1, 1) };
  };
  return {
    name: "stylegan-lite encoder",
    config: {},
    networks: { encoder },
    averages: {},
    phases: [
      {
        name: "encoder",
        updates: ["encoder"],
        every: 1,
        optimizer: {
          ...adam({ learningRate, beta2: 0.99 }),
          schedule: { type: "cosine", fromImages: 0, toImages: totalImages },
        },
        losses(_batch, ctx) {
          const { styles, images } = draw(ctx);
          const error = mean(square(sub(encoder.forward(images), styles)));
          return { unexplained: div(error, square(encoder.deviation)) as Scalar };
        },
      },
    ],
    sample: () => {
      throw new ConfigError("stylegan-lite", "an encoder makes no pictures.");
    },
  } satisfies Variant<"encoder">;
}
