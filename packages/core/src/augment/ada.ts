import { type Scalar, type Tensor, type Tensor4D, unstack } from "@tensorflow/tfjs-core";
import { checkImages, type ForwardContext } from "../nn/index.js";
import { changeColors, colorDraws } from "./ada-color.js";
import { geometryDraws, placePictures } from "./ada-geometry.js";
import type { Draws } from "./draws.js";

/**
 * The augmentations of StyleGAN2-ADA's pipeline `bgc`, each applied to each picture with probability p by
 * itself: mirroring, quarter turns, moves by whole pixels; scaling, turning, stretching, moves by fractions;
 * brightness, contrast, inverted luma, hue, saturation. Below about p = 0.8 a generator cannot learn to make
 * augmented pictures; at p = 0 every picture stays as it is, bit for bit. Karras et al. 2020 (ADA), appendix B.
 * Differs: pictures are sampled bilinearly, without their wavelet filters, and continued by reflection.
 *
 * @param x [B, H, W, C], float32 in [-1, 1]; hue and saturation change threes of channels. Colours may leave the
 *   range, as in the paper.
 * @param probability p in [0, 1]; may change from step to step.
 * @param ctx Gives the noise: uniform [B, 21] and normal [B, 7].
 */
export function adaAugment(x: Tensor4D, probability: Scalar, ctx: ForwardContext): Tensor4D {
  checkImages("adaAugment", x);
  const batch = x.shape[0];
  const uniforms = unstack(ctx.uniform([batch, geometryDraws.uniforms + colorDraws.uniforms]), 1);
  const normals = unstack(ctx.normal([batch, geometryDraws.normals + colorDraws.normals]), 1);
  const draws: Draws = {
    probability,
    uniform: () => uniforms.pop() as Tensor,
    normal: () => normals.pop() as Tensor,
  };
  return changeColors(placePictures(x, draws), draws);
}
