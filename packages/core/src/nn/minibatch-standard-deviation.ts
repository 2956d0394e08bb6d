import { add, concat, mean, reshape, sqrt, square, sub, type Tensor4D, tile } from "@tensorflow/tfjs-core";
import { ShapeError } from "../errors/index.js";
import { checkCounts, checkImages } from "./check-channels.js";

/**
 * Appends one channel that tells how much the pictures of a group differ: the standard deviation over the
 * group, `√(mean_g (x - μ)² + 1e-8)`, averaged over pixels and channels. Picture i is in group i mod B/G.
 * Karras et al. 2018, section 3.
 *
 * @param x [B, H, W, C] → [B, H, W, C + 1], float32.
 * @param groupSize G, or the batch if that is smaller. Default 4.
 * @throws ShapeError when G does not divide the batch.
 */
export function minibatchStandardDeviation(x: Tensor4D, groupSize = 4): Tensor4D {
  checkImages("minibatchStandardDeviation", x);
  checkCounts("minibatchStandardDeviation", { groupSize });
  const [batch, height, width, channels] = x.shape;
  const size = Math.min(groupSize, batch);
  if (batch % size !== 0) {
    throw new ShapeError(
      "core",
      `minibatchStandardDeviation needs a batch that is a multiple of its groups of ${size}, got ${batch}. Use ${batch - (batch % size)} or ${batch - (batch % size) + size}.`,
    );
  }
  const grouped = reshape(x, [size, batch / size, height * width * channels]);
  const variance = mean(square(sub(grouped, mean(grouped, 0, true))), 0);
  const deviation = mean(sqrt(add(variance, 1e-8)), 1); // [B / G]
  const channel = tile(reshape(deviation, [-1, 1, 1, 1]), [size, height, width, 1]); // [B, H, W, 1]
  return concat([x, channel as Tensor4D], 3);
}
