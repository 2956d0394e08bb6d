import { cast, greaterEqual, mul, type Tensor } from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import type { ForwardContext } from "./forward-context.js";

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** Share of the values that become zero, in [0, 1). Default 0.5. */
  rate?: number;
  /** Whether to drop outside training too. Default false. */
  always?: boolean;
  /** Of the noise: passes of one step that give the same name drop the same values. Default: fresh noise. */
  name?: string;
}

/**
 * Sets values to zero with probability `rate` and multiplies the rest by 1 / (1 - rate):
 * `y = x · [u ≥ rate] / (1 - rate)`, u from `ctx.uniform`. Hinton et al. 2012.
 *
 * @throws ConfigError when the rate is not in [0, 1).
 */
export function dropout<T extends Tensor>(x: T, ctx: ForwardContext, options: DropoutOptions = {}): T {
  const { rate = 0.5, always = false, name } = options;
  if (!(rate >= 0 && rate < 1)) {
    throw new ConfigError("core", `dropout's rate must be from 0 to below 1, got ${rate}. Use 0 for none.`);
  }
  if (rate === 0 || !(ctx.training || always)) return x;
  const kept = cast(greaterEqual(ctx.uniform(x.shape, name), rate), "float32");
  return mul(x, mul(kept, 1 / (1 - rate)));
}
