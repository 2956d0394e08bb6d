import { computeWidths, noiseSize } from "./dcgan-networks.js";
import type { StepSize } from "./sizes.js";

/**
 * Floating point operations that one training step needs: two for each multiply and add of its convolutions and
 * matrix products, with the fake images made once and without gradients that nobody reads. What a backend pads,
 * repeats or splits is not in it.
 */
export function computeNeededOperations({ pixels, batch, features }: StepSize): number {
  const widths = computeWidths({ size: pixels, features });
  const widest = widths.at(-1) as number;
  // Multiplications for an image: a level's 4×4 kernel at each pixel of its smaller side.
  const level = (index: number) =>
    16 * (widths[index - 1] ?? 3) * (widths[index] as number) * (pixels / 2 ** (index + 1)) ** 2;
  const levels = widths.reduce((sum, _, index) => sum + level(index), 0);
  const projection = noiseSize * 16 * widest;
  const discriminator = levels + 16 * widest;
  const generator = projection + levels;
  // Discriminator: forward, inputs' and weights' gradients on real and fake images, none for the images
  // themselves; then forward and inputs' gradients in the generator's phase.
  // Generator: forward and both gradients, none for the noise.
  return 2 * batch * (8 * discriminator - 2 * level(0) + 3 * generator - projection);
}
