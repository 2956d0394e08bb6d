import { ExponentialAverage, type ImageBatch, Random, type Variant } from "@gan/core";
import { type Tensor2D, tidy } from "@tensorflow/tfjs-core";
import { type DcganConfig, type DcganOptions, parseDcganConfig } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { createPhases, type DcganNetwork } from "./phases.js";

/** A DCGAN ready to train or sample. */
export interface Dcgan extends Variant<DcganNetwork, ImageBatch, DcganConfig> {
  networks: { generator: Generator; discriminator: Discriminator };
  averages: { generator: ExponentialAverage<Generator> };
}

/**
 * Builds a DCGAN (Radford, Metz, Chintala 2015, https://arxiv.org/abs/1511.06434) with fresh weights.
 *
 * @param options Fields of {@link DcganConfig}, defaults for the rest, and `seed` (default 0) for the
 *   weights.
 * @throws ConfigError listing every problem of the options.
 */
export function createDcgan(options: DcganOptions & { seed?: number } = {}): Dcgan {
  const { seed = 0, ...fields } = options;
  const config = parseDcganConfig(fields);
  const random = new Random(seed).fork("weights");
  const generator = new Generator(config, random.fork("generator"));
  const discriminator = new Discriminator(config, random.fork("discriminator"));
  const copy = new Generator(config, random.fork("generator"));
  const average = new ExponentialAverage(generator, copy, config.averageHalfLifeImages);
  return {
    name: "dcgan",
    config,
    networks: { generator, discriminator },
    averages: { generator: average },
    phases: createPhases(config, { generator, discriminator }),
    sample({ count }, ctx) {
      return tidy(() => {
        const latents = ctx.normal([count, config.latentSize]) as Tensor2D;
        return average.module.forward(latents, ctx);
      });
    },
  };
}
