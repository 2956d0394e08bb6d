import type { Tensor } from "@tensorflow/tfjs-core";
import { ConfigError, ShapeError } from "../errors/index.js";

/**
 * Refuses a tensor whose rank or last dimension a layer cannot take.
 *
 * @throws ShapeError naming the layer, what it needs and what it got.
 */
export function checkChannels(layer: string, x: Tensor, rank: number, channels: number): void {
  if (x.rank === rank && x.shape[rank - 1] === channels) return;
  const wanted = rank === 2 ? `[batch, ${channels}]` : `[batch, height, width, ${channels}]`;
  throw new ShapeError(
    "core",
    `${layer} needs ${wanted}, got [${x.shape.join(", ")}]. Check the sizes of the layers before it.`,
  );
}

/**
 * Refuses a tensor that is no batch of pictures.
 *
 * @throws ShapeError naming the function, what it needs and what it got.
 */
export function checkImages(operation: string, x: Tensor): void {
  if (x.rank === 4) return;
  throw new ShapeError(
    "core",
    `${operation} needs [batch, height, width, channels], got [${x.shape.join(", ")}]. Reshape it before.`,
  );
}

/**
 * Refuses options that are not whole numbers of at least `least`.
 *
 * @param options Undefined ones pass.
 * @throws ConfigError naming the layer, the option and its value.
 */
export function checkCounts(layer: string, options: Record<string, number | undefined>, least = 1): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || (Number.isInteger(value) && value >= least)) continue;
    throw new ConfigError(
      "core",
      `${layer}'s ${name} must be a whole number from ${least}, got ${value}. Pass for example ${Math.max(least, Math.round(value) || least)}.`,
    );
  }
}
