import {
  adam,
  createAdversarialPhases,
  downsampleBox,
  type ForwardContext,
  type ImageBatch,
  type StepContext,
  upsampleNearest,
} from "@gan/core";
import type { Scalar, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { lookUpSide, type ProganConfig } from "./config.js";
import type { Discriminator } from "./discriminator.js";
import { blend, type Generator } from "./generator.js";
import type { Growth } from "./growth.js";

/** The networks of a ProGAN. */
export type ProganNetwork = "generator" | "discriminator";

/**
 * One update of each network per step, at the level of the stage. While a level fades in, generated and
 * real pictures alike are blends with the level before. Karras et al. 2018, section 2.
 */
export function createPhases(
  config: ProganConfig,
  { generator, discriminator }: { generator: Generator; discriminator: Discriminator },
  growth: Growth,
) {
  const { latentSize, beta1, beta2, epsilon, stabilisers } = config;
  const learningRate = lookUpSide(config.learningRates, config.startSize) as number;
  const optimizer = adam({ learningRate, beta1, beta2, epsilon });
  const where = (ctx: ForwardContext & Pick<StepContext, "stage">) => {
    const { level, isFading } = growth.findStage(ctx.stage);
    return { level, fade: isFading ? ctx.scalar("fade") : undefined };
  };
  return createAdversarialPhases<ImageBatch>({
    stabilisers,
    optimizers: { generator: optimizer, discriminator: optimizer },
    discriminator,
    generate(batch, ctx) {
      const { level, fade } = where(ctx);
      const latents = ctx.normal([batch.images.shape[0], latentSize], "latents") as Tensor2D;
      return generator.forward(latents, level, fade);
    },
    real: ({ images }, ctx) => fadeReals(images, where(ctx).fade),
    judge(images, _given, ctx) {
      const { level, fade } = where(ctx);
      return { scores: discriminator.forward(images, level, fade) };
    },
  });
}

/** Real pictures [B, H, W, C] as the generator can make them: blended with their own enlarged halves. */
export function fadeReals(images: Tensor4D, fade: Scalar | undefined): Tensor4D {
  return fade === undefined ? images : blend(upsampleNearest(downsampleBox(images)), images, fade);
}
