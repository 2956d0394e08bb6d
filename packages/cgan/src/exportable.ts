import type { ExportableNetwork } from "@gan/core";
import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { CganConfig } from "./config.js";
import type { Discriminator } from "./discriminator.js";
import type { Generator } from "./generator.js";

/** What can be written for other runtimes: both networks, labels as class numbers. */
export function describeNetworks(
  config: CganConfig,
  generator: Generator,
  discriminator: Discriminator,
): Record<"generator" | "discriminator", ExportableNetwork> {
  const { imageSize, channels, latentSize, classNames, stabilisers } = config;
  const isNormal = stabilisers.latents === "normal";
  const labels = {
    shape: [],
    values: { below: classNames.length },
    description: `class numbers: ${classNames.map((name, index) => `${index} ${name}`).join(", ")}`,
  };
  return {
    generator: {
      description: `Pictures of ${imageSize}×${imageSize} of chosen classes from latents.`,
      inputs: {
        latents: {
          shape: [latentSize],
          values: "normal",
          description: isNormal ? "N(0, 1)" : "uniform in [-1, 1)",
        },
        labels,
      },
      outputs: { images: "in [-1, 1]" },
      forward: ({ latents, labels: told }, ctx) => ({
        images: generator.forward(latents as Tensor2D, told as Tensor1D, ctx),
      }),
    },
    discriminator: {
      description: "How real pictures look as ones of their classes; a logit above 0 is more likely real.",
      inputs: {
        images: { shape: [imageSize, imageSize, channels], values: "pictures", description: "in [-1, 1]" },
        labels,
      },
      outputs: { logits: "[batch, 1]; their sigmoid is the probability of being real" },
      forward: ({ images, labels: told }, ctx) => ({
        logits: discriminator.forward(images as Tensor4D, told as Tensor1D, ctx),
      }),
    },
  };
}
