import {
  add,
  cos,
  div,
  mul,
  ones,
  round,
  type Scalar,
  sin,
  sqrt,
  sub,
  type Tensor,
  type Tensor4D,
  zeros,
} from "@tensorflow/tfjs-core";
import { type Draws, drawChoice, drawFactor, drawGate, drawNormal, drawSpan } from "./draws.js";
import { sampleAffine } from "./sample-affine.js";

/** How many numbers for each picture {@link placePictures} draws. */
export const geometryDraws = { uniforms: 14, normals: 4 };

/** Where each output pixel comes from, in pixels from the middle: x' = a·x + b·y + dx, y' = c·x + d·y + dy; [B] each. */
export interface Affine {
  a: Tensor;
  b: Tensor;
  c: Tensor;
  d: Tensor;
  dx: Tensor;
  dy: Tensor;
}

/** Then scales the picture by sx and sy. */
const scale = (m: Affine, sx: Tensor, sy: Tensor): Affine => ({
  ...m,
  a: div(m.a, sx),
  c: div(m.c, sx),
  b: div(m.b, sy),
  d: div(m.d, sy),
});

/** Then turns the picture by the angle. */
function rotate(m: Affine, angle: Tensor): Affine {
  const [cosine, sine] = [cos(angle), sin(angle)];
  return {
    ...m,
    a: sub(mul(m.a, cosine), mul(m.b, sine)),
    b: add(mul(m.a, sine), mul(m.b, cosine)),
    c: sub(mul(m.c, cosine), mul(m.d, sine)),
    d: add(mul(m.c, sine), mul(m.d, cosine)),
  };
}

/** Then moves the picture by x and y pixels. */
const translate = (m: Affine, x: Tensor, y: Tensor): Affine => ({
  ...m,
  dx: sub(m.dx, add(mul(m.a, x), mul(m.b, y))),
  dy: sub(m.dy, add(mul(m.c, x), mul(m.d, y))),
});

/** Mirrors, turns, scales and moves each picture as it is drawn. */
export function placePictures(x: Tensor4D, draws: Draws): Tensor4D {
  const [batch, height, width] = x.shape;
  const [zero, one] = [zeros([batch]), ones([batch])];
  let m: Affine = { a: one, b: zero, c: zero, d: one, dx: zero, dy: zero };

  m = scale(m, sub(1, mul(drawChoice(draws, 2), 2)), one);
  m = rotate(m, mul(drawChoice(draws, 4), Math.PI / 2));
  const whole = drawGate(draws);
  const move = (side: number) => round(drawSpan(draws, side / 8, whole));
  m = translate(m, move(width), move(height));

  const factor = drawFactor(draws, 0.2);
  m = scale(m, factor, factor);
  // Two turns, of which at least one happens with probability p. 1 - √(1 - p)
  const turning = sub(1, sqrt(sub(1, draws.probability))) as Scalar;
  const turn = () => drawSpan(draws, Math.PI, drawGate(draws, turning));
  m = rotate(m, turn());
  const stretch = drawFactor(draws, 0.2);
  m = scale(m, stretch, div(1, stretch));
  m = rotate(m, turn());
  const fraction = drawGate(draws);
  const drift = (side: number) => drawNormal(draws, side / 8, fraction);
  m = translate(m, drift(width), drift(height));
  return sampleAffine(x, m);
}
