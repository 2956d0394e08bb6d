import {
  add,
  mean,
  mul,
  ones,
  reshape,
  type Tensor,
  type Tensor4D,
  tile,
  type Variable,
  zeros,
} from "@tensorflow/tfjs-core";
import { ConfigError, ShapeError } from "../errors/index.js";
import { checkChannels, checkCounts } from "./check-channels.js";
import { Module } from "./module.js";
import { normalize } from "./normalize.js";
import { readParameter } from "./substitution.js";

/** The means of each channel, [B, 1, 1, C], averaged within each group of channels and spread again. */
function averageGroups(means: Tensor, groups: number): Tensor {
  const [batch, , , channels] = means.shape as [number, number, number, number];
  if (groups === channels) return means;
  const size = channels / groups;
  const averages = mean(reshape(means, [batch, groups, size]), 2, true); // [B, G, 1]
  return reshape(tile(averages, [1, 1, size]), [batch, 1, 1, channels]);
}

/** Options of {@link LayerNorm} and {@link InstanceNorm}. */
export interface SampleNormOptions {
  /** Size of the last axis. */
  channels: number;
  /** Added to the variance. Default 1e-5. */
  epsilon?: number | undefined;
  /** Whether to scale by γ (first 1) and add β (first 0), a number for each channel. Default: as the norm's class says. */
  affine?: boolean | undefined;
}

/** Options of {@link GroupNorm}. */
export interface GroupNormOptions extends SampleNormOptions {
  /** Divides the channels. */
  groups: number;
}

/**
 * Normalises each picture by itself, over its pixels and a group of channels:
 * `y = γ (x - μ) / √(σ² + ε) + β`. Affine unless told otherwise. Wu and He 2018.
 */
export class GroupNorm extends Module {
  /** Scale of each channel, [C]; undefined without affine. */
  readonly gamma: Variable | undefined;
  /** Shift of each channel, [C]; undefined without affine. */
  readonly beta: Variable | undefined;
  readonly #name: string;
  readonly #channels: number;
  readonly #groups: number;
  readonly #epsilon: number;

  /**
   * @param name Of the layer, in errors.
   * @throws ConfigError when the groups do not divide the channels.
   */
  constructor(options: GroupNormOptions, name = "GroupNorm") {
    super();
    const { channels, groups, epsilon = 1e-5, affine = true } = options;
    checkCounts(name, { channels, groups });
    if (channels % groups !== 0) {
      const divisors = Array.from({ length: channels }, (_, index) => index + 1);
      const fitting = divisors.filter((divisor) => channels % divisor === 0).join(", ");
      throw new ConfigError(
        "core",
        `${name}'s groups must divide its ${channels} channels, got ${groups}. Use one of ${fitting}.`,
      );
    }
    this.#name = name;
    this.#channels = channels;
    this.#groups = groups;
    this.#epsilon = epsilon;
    if (!affine) return;
    this.gamma = this.parameter("gamma", () => ones([channels]));
    this.beta = this.parameter("beta", () => zeros([channels]));
  }

  /**
   * Same shape out as in: [B, channels] or [B, H, W, channels].
   *
   * @throws ShapeError when x has other channels, or a single number to a group, which would become 0.
   */
  forward<T extends Tensor>(x: T): T {
    checkChannels(this.#name, x, x.rank === 2 ? 2 : 4, this.#channels);
    const [batch, height, width] = x.rank === 2 ? [x.shape[0] as number, 1, 1] : x.shape;
    if (x.size === (batch as number) * this.#groups) {
      throw new ShapeError(
        "core",
        `${this.#name} needs more than one number to normalise together, got [${x.shape.join(", ")}], which would become zero. Leave it out here.`,
      );
    }
    const images: Tensor4D = reshape(x, [batch as number, height as number, width as number, this.#channels]);
    const average = (values: Tensor) => averageGroups(mean(values, [1, 2], true), this.#groups);
    const y = reshape(normalize(images, { average, epsilon: this.#epsilon }).y, x.shape) as T;
    if (!this.gamma || !this.beta) return y;
    return add(mul(y, readParameter(this.gamma)), readParameter(this.beta));
  }
}

/** {@link GroupNorm} over all of a picture's channels. Ba et al. 2016. */
export class LayerNorm extends GroupNorm {
  constructor(options: SampleNormOptions) {
    super({ ...options, groups: 1 }, "LayerNorm");
  }
}

/**
 * {@link GroupNorm} of each channel by itself; no γ and β unless `affine` is true, no running
 * statistics. Ulyanov et al. 2016.
 */
export class InstanceNorm extends GroupNorm {
  constructor(options: SampleNormOptions) {
    super({ ...options, groups: options.channels, affine: options.affine ?? false }, "InstanceNorm");
  }
}
