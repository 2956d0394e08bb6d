import { expect, it } from "vitest";
import { computeNeededOperations } from "./operations.js";

it("counts every product of a step once", () => {
  // 32 pixels, 16 features, widths 16, 32, 64; multiplications for an image.
  const [toImage, middle, deep] = [16 * 3 * 16 * 16 ** 2, 16 * 16 * 32 * 8 ** 2, 16 * 32 * 64 * 4 ** 2];
  const [projection, logit] = [100 * 1024, 1024];
  const discriminator = {
    forward: toImage + middle + deep + logit,
    weights: toImage + middle + deep + logit,
    inputs: middle + deep + logit,
  };
  const both = 2 * (discriminator.forward + discriminator.weights + discriminator.inputs);
  const through = discriminator.forward + discriminator.inputs + toImage;
  const generator = 3 * (toImage + middle + deep) + 2 * projection;
  expect(computeNeededOperations({ pixels: 32, batch: 16, features: 16 })).toBe(
    2 * 16 * (both + through + generator),
  );
});
