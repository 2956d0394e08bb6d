import {
  depthwiseConv2d,
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor4D,
  tensor4d,
} from "@tensorflow/tfjs-core";
import { ConfigError, ShapeError } from "../errors/index.js";
import { checkCounts, checkImages } from "./check-channels.js";

/** The filter of StyleGAN2, before it is divided by its sum. */
const defaultTaps: readonly number[] = [1, 3, 3, 1];

/** gain · taps ⊗ taps / (Σ taps)² for each channel: [k, k, C, 1]. */
function createFilter(operation: string, taps: readonly number[], channels: number, gain: number): Tensor4D {
  const total = taps.reduce((sum, tap) => sum + tap, 0);
  const symmetric = taps.every((tap, index) => tap === taps[taps.length - 1 - index]);
  if (!symmetric || !(total > 0)) {
    throw new ConfigError(
      "core",
      `${operation}'s taps must be the same from both ends and sum to more than 0, got [${taps.join(", ")}]. Use [1, 3, 3, 1].`,
    );
  }
  const values = taps.flatMap((row) =>
    taps.flatMap((column) => new Array<number>(channels).fill((gain * row * column) / total ** 2)),
  );
  return tensor4d(values, [taps.length, taps.length, channels, 1]);
}

/** What a filter for resampling pads on each side, so that sizes are halved and doubled exactly. */
function computePadding(operation: string, taps: readonly number[]): number {
  if (taps.length >= 2 && taps.length % 2 === 0) return (taps.length - 2) / 2;
  throw new ConfigError(
    "core",
    `${operation} needs an even number of taps, got ${taps.length}. Use for example [1, 3, 3, 1].`,
  );
}

/**
 * Smooths pictures: [B, H, W, C] → [B, H + 2·padding - k + 1, W + 2·padding - k + 1, C], with zeros beyond
 * the border. Karras et al. 2020 (their `upfirdn_2d` without resampling).
 *
 * @param padding On each side: 1 behind a transposed convolution of kernel 3 and stride 2, 2 before a
 *   convolution of kernel 3 and stride 2.
 * @param taps k numbers, symmetric, divided by their sum. Default [1, 3, 3, 1].
 * @param gain Default 1.
 * @throws ShapeError when nothing would be left of the picture.
 */
export function firBlur(
  x: Tensor4D,
  padding: number,
  { taps = defaultTaps, gain = 1 }: { taps?: readonly number[]; gain?: number } = {},
): Tensor4D {
  checkImages("firBlur", x);
  checkCounts("firBlur", { padding }, 0);
  if (Math.min(...x.shape.slice(1, 3)) + 2 * padding < taps.length) {
    throw new ShapeError(
      "core",
      `firBlur with ${taps.length} taps and padding ${padding} needs ${taps.length - 2 * padding} pixels a side, got [${x.shape.join(", ")}]. Use larger pictures.`,
    );
  }
  return depthwiseConv2d(x, createFilter("firBlur", taps, x.shape[3], gain), 1, padding);
}

/**
 * Smooths and takes every second pixel: [B, H, W, C] → [B, H / 2, W / 2, C], with zeros beyond the border.
 * The mean keeps its value. Karras et al. 2020 (their `downsample_2d`).
 *
 * @param taps An even number of them, symmetric, divided by their sum. Default [1, 3, 3, 1].
 * @throws ShapeError when a side is odd.
 */
export function firDownsample(x: Tensor4D, taps: readonly number[] = defaultTaps): Tensor4D {
  checkImages("firDownsample", x);
  const padding = computePadding("firDownsample", taps);
  const [, height, width, channels] = x.shape;
  if (height % 2 !== 0 || width % 2 !== 0) {
    throw new ShapeError(
      "core",
      `firDownsample needs an even height and width, got [${x.shape.join(", ")}]. Use pictures of a power of two.`,
    );
  }
  return depthwiseConv2d(x, createFilter("firDownsample", taps, channels, 1), 2, padding);
}

/**
 * Puts zeros between pixels and smooths, 4 times as strong: [B, H, W, C] → [B, 2H, 2W, C]; four times the
 * adjoint of {@link firDownsample}. Karras et al. 2020 (their `upsample_2d`).
 *
 * @param taps An even number of them, symmetric, divided by their sum. Default [1, 3, 3, 1].
 * @throws ShapeError when x is no batch of pictures.
 */
export function firUpsample(x: Tensor4D, taps: readonly number[] = defaultTaps): Tensor4D {
  checkImages("firUpsample", x);
  const [batch, height, width, channels] = x.shape;
  const filter = createFilter("firUpsample", taps, channels, 4);
  const attributes = {
    strides: [2, 2],
    dilations: [1, 1],
    pad: computePadding("firUpsample", taps),
    inputShape: [batch, 2 * height, 2 * width, channels],
  };
  return engine().runKernel(
    "DepthwiseConv2dNativeBackpropInput",
    { dy: x, filter } as unknown as NamedTensorMap,
    attributes as unknown as NamedAttrMap,
  ) as Tensor4D;
}
