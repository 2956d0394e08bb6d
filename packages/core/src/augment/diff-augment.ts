import {
  add,
  cast,
  floor,
  greaterEqual,
  less,
  mean,
  mul,
  range,
  reshape,
  sub,
  type Tensor,
  type Tensor4D,
  unstack,
} from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import { checkImages, type ForwardContext } from "../nn/index.js";
import { shiftPictures } from "./shift-pictures.js";

/** What {@link diffAugment} can do, in the order in which it is done. */
export const diffAugmentPolicies = ["color", "translation", "cutout"] as const;

/** One of {@link diffAugmentPolicies}. */
export type DiffAugmentPolicy = (typeof diffAugmentPolicies)[number];

/** Largest move, as a share of the side. */
const moveShare = 0.125;
/** Side of the square that is cut out, as a share of the picture's. */
const cutShare = 0.5;

/** `count` numbers for each picture, uniform in [0, 1): [B] each. */
const drawRows = (ctx: ForwardContext, batch: number, count: number) =>
  unstack(ctx.uniform([batch, count]), 1);
const spread = (row: Tensor) => reshape(row, [-1, 1, 1, 1]);
/** Whole numbers from 0 to `below` - 1, all as likely. */
const pick = (row: Tensor, below: number) => floor(mul(row, below));

/** x + (u - ½), then saturation and contrast: away from the grey and the mean, by factors in [0, 2) and [½, 1½). */
function changeColor(x: Tensor4D, ctx: ForwardContext): Tensor4D {
  const [brightness, saturation, contrast] = drawRows(ctx, x.shape[0], 3).map(spread) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const brighter = add(x, sub(brightness, 0.5));
  const grey = mean(brighter, 3, true);
  const saturated = add(mul(sub(brighter, grey), mul(saturation, 2)), grey);
  const average = mean(saturated, [1, 2, 3], true);
  return add(mul(sub(saturated, average), add(contrast, 0.5)), average);
}

/** Moves each picture by up to an eighth of its side, zeros coming in, grey in [-1, 1]. */
function translate(x: Tensor4D, ctx: ForwardContext): Tensor4D {
  const [batch, height, width] = x.shape;
  const [vertical, horizontal] = drawRows(ctx, batch, 2) as [Tensor, Tensor];
  const move = (row: Tensor, side: number) => {
    const most = Math.floor(side * moveShare + 0.5);
    return sub(pick(row, 2 * most + 1), most);
  };
  return shiftPictures(x, move(vertical, height), move(horizontal, width));
}

/** 1 in `size` places around each picture's own centre, 0 elsewhere: [B, side]. */
function markSpan(row: Tensor, side: number): Tensor {
  const size = Math.floor(side * cutShare + 0.5);
  const first = sub(pick(row, side + 1 - (size % 2)), Math.floor(size / 2));
  const place = sub(range(0, side), reshape(first, [-1, 1])); // [B, side]
  const within = (test: Tensor) => cast(test, "float32");
  return mul(within(greaterEqual(place, 0)), within(less(place, size)));
}

/** Sets a square of half the side, anywhere, to 0. */
function cutOut(x: Tensor4D, ctx: ForwardContext): Tensor4D {
  const [batch, height, width] = x.shape;
  const [vertical, horizontal] = drawRows(ctx, batch, 2) as [Tensor, Tensor];
  const rows = reshape(markSpan(vertical, height), [batch, height, 1, 1]);
  const columns = reshape(markSpan(horizontal, width), [batch, 1, width, 1]);
  return mul(x, sub(1, mul(rows, columns)));
}

const operations: Record<DiffAugmentPolicy, (x: Tensor4D, ctx: ForwardContext) => Tensor4D> = {
  color: changeColor,
  translation: translate,
  cutout: cutOut,
};

/**
 * Changes pictures at random, real and generated ones alike, before the discriminator sees them, so that it
 * cannot learn a small set by heart; gradients pass. Each picture by its own draw: `color` adds -½ to ½, scales
 * the saturation by 0 to 2 and the contrast by ½ to 1½; `translation` moves by up to an eighth of the side;
 * `cutout` blanks a square of half the side. Zhao et al. 2020, section 3.2.
 *
 * @param x [B, H, W, C], float32 in [-1, 1]. Colours may leave that range, as in the paper.
 * @param policies Which of them. None gives x itself.
 * @param ctx Gives the noise.
 * @throws ConfigError on an unknown policy.
 */
export function diffAugment(
  x: Tensor4D,
  policies: readonly DiffAugmentPolicy[],
  ctx: ForwardContext,
): Tensor4D {
  checkImages("diffAugment", x);
  for (const policy of policies) {
    if (operations[policy] !== undefined) continue;
    throw new ConfigError(
      "core",
      `diffAugment has no policy ${policy}. Use some of ${diffAugmentPolicies.join(", ")}.`,
    );
  }
  const chosen = diffAugmentPolicies.filter((policy) => policies.includes(policy));
  return chosen.reduce((pictures, policy) => operations[policy](pictures, ctx), x);
}
