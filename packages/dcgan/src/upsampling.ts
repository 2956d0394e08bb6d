import {
  Conv2d,
  ConvTranspose2d,
  type ForwardContext,
  Module,
  upsampleNearest,
  type WeightOptions,
} from "@gan/core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { DcganConfig } from "./config.js";

/** A layer that doubles the size: [B, H, W, inputs] → [B, 2 H, 2 W, outputs]. */
export type Upsampling = Module & { forward(x: Tensor4D, ctx?: ForwardContext): Tensor4D };

/** Channels and weights of a layer. */
type UpsamplingOptions = WeightOptions & { inputs: number; outputs: number };

/** Nearest neighbours, then a convolution with a 3×3 kernel. Odena et al. 2016. */
class NearestUpsampling extends Module {
  readonly #conv: Conv2d;

  constructor(options: UpsamplingOptions) {
    super();
    this.#conv = this.child("conv", new Conv2d({ ...options, kernelSize: 3 }));
  }

  forward(x: Tensor4D, ctx?: ForwardContext): Tensor4D {
    return this.#conv.forward(upsampleNearest(x), ctx);
  }
}

/** The layer for a way of upsampling. */
export function createUpsampling(way: DcganConfig["upsampling"], options: UpsamplingOptions): Upsampling {
  if (way === "nearest") return new NearestUpsampling(options);
  return new ConvTranspose2d({ ...options, kernelSize: 4, stride: 2 });
}
