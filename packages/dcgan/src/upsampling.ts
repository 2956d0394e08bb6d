import { Conv2d, ConvTranspose2d, Module, type Random } from "@gan/core";
import { image, type Tensor4D } from "@tensorflow/tfjs-core";
import type { DcganConfig } from "./config.js";

/** A layer that doubles the size: [B, H, W, inputs] → [B, 2 H, 2 W, outputs]. */
export type Upsampling = Module & { forward(x: Tensor4D): Tensor4D };

/** Nearest neighbours, then a convolution with a 3×3 kernel, no bias. Odena et al. 2016. */
class NearestUpsampling extends Module {
  readonly #conv: Conv2d;

  constructor(sizes: { inputs: number; outputs: number; random: Random }) {
    super();
    this.#conv = this.child("conv", new Conv2d({ ...sizes, kernelSize: 3, bias: false }));
  }

  forward(x: Tensor4D): Tensor4D {
    const [, height, width] = x.shape;
    return this.#conv.forward(image.resizeNearestNeighbor(x, [2 * height, 2 * width]));
  }
}

/** The layer for a way of upsampling; neither has a bias, since a batch norm or tanh follows. */
export function createUpsampling(
  way: DcganConfig["upsampling"],
  sizes: { inputs: number; outputs: number; random: Random },
): Upsampling {
  if (way === "nearest") return new NearestUpsampling(sizes);
  return new ConvTranspose2d({ ...sizes, kernelSize: 4, stride: 2, bias: false });
}
