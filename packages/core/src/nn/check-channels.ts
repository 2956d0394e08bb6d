import type { Tensor } from "@tensorflow/tfjs-core";
import { ShapeError } from "../errors/index.js";

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
