import { createInferenceContext, Random } from "@gan/core";
import { add, mean, type Tensor, type Tensor2D, tidy } from "@tensorflow/tfjs-core";
import type { StyleganLiteOptions } from "./config.js";
import { createStyleganLite, type StyleganLite } from "./stylegan-lite.js";

/** A model of 16 pixels that is made in no time. */
export const tinyOptions: StyleganLiteOptions = {
  imageSize: 16,
  channels: 1,
  latentSize: 5,
  styleSize: 6,
  mappingLayers: 2,
  mappingLearningRateMultiplier: 1,
  featureBase: 128,
  featureMax: 8,
};

/** A model of {@link tinyOptions} whose noise has a strength and whose mean style is that of its styles. */
export function createTiny(options: StyleganLiteOptions & { seed?: number } = {}): StyleganLite {
  const variant = createStyleganLite({ ...tinyOptions, seed: 5, ...options });
  const { mapping } = variant.averages.generator.module;
  tidy(() => {
    for (const [name, parameter] of variant.averages.generator.module.namedParameters()) {
      if (name.endsWith("noise.strength")) parameter.assign(add(parameter, 0.1));
    }
    if (variant.config.classCount > 0) return;
    const latents = createInferenceContext(new Random(1)).normal([500, variant.config.latentSize]);
    mapping.meanStyle.assign(mean(variant.mapLatents(latents as Tensor2D), 0));
  });
  return variant;
}

export const read = (tensor: Tensor) => Array.from(tensor.dataSync());
