import {
  add,
  concat,
  cos,
  matMul,
  mean,
  mul,
  reshape,
  sin,
  slice,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
} from "@tensorflow/tfjs-core";
import { type Draws, drawChoice, drawFactor, drawNormal, drawSpan } from "./draws.js";

/** How many numbers for each picture {@link changeColors} draws. */
export const colorDraws = { uniforms: 7, normals: 3 };

/** v ↦ (1, 1, 1)/√3 × v, a quarter turn of hue, for rows of colours from the right. */
const quarterTurn = () => {
  const r = 1 / Math.sqrt(3);
  return tensor2d([0, r, -r, -r, 0, r, r, -r, 0], [3, 3]);
};

/**
 * Brightness, contrast, inverted luma, hue and saturation: with luma Px = mean(x), x' = α (Px + b) + β (x - Px) +
 * γ Kx, K a quarter turn of hue; α holds contrast and inversion, β and γ contrast, saturation and hue. A single
 * channel, or an odd number of them, is all luma; of four the last is alpha, which stays.
 */
export function changeColors(x: Tensor4D, draws: Draws): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const each = (values: Tensor) => reshape(values, [batch, 1, 1, 1, 1]);
  const brightness = each(drawNormal(draws, 0.2));
  const contrast = drawFactor(draws, 0.5);
  const luma = each(mul(contrast, sub(1, mul(drawChoice(draws, 2), 2)))); // α
  const hue = drawSpan(draws, Math.PI);
  const chroma = mul(contrast, drawFactor(draws, 1));
  if (channels === 4) {
    const [colors, alpha] = [
      slice(x, [0, 0, 0, 0], [-1, -1, -1, 3]),
      slice(x, [0, 0, 0, 3], [-1, -1, -1, 1]),
    ];
    return concat([apply(colors), alpha], 3);
  }
  return apply(x);

  function apply(given: Tensor4D): Tensor4D {
    const size = given.shape[3] % 3 === 0 ? 3 : 1;
    const colors = reshape(given, [batch, height, width, -1, size]);
    if (size === 1) return reshape(mul(add(colors, brightness), luma), given.shape);
    const grey = mean(colors, 4, true);
    const turned = reshape(matMul(reshape(colors, [-1, 3]) as Tensor2D, quarterTurn()), colors.shape);
    const kept = each(mul(chroma, cos(hue))); // β
    const along = add(mul(colors, kept), mul(turned, each(mul(chroma, sin(hue)))));
    return reshape(add(along, add(mul(grey, sub(luma, kept)), mul(luma, brightness))), given.shape);
  }
}
