import { add, mul, type Scalar, sub, tidy } from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import type { Module } from "../nn/index.js";

/**
 * A second network that follows a trained one: `average ← average + (1 - decay)(source - average)`,
 * over parameters and running statistics. Its samples are steadier than those of the weights of any
 * one step. Karras et al. 2018 (half-life in images), Yazıcı et al. 2019.
 */
export class ExponentialAverage<M extends Module = Module> {
  /** The averaged network, for sampling. */
  readonly module: M;
  readonly #source: M;
  readonly #halfLifeImages: number;

  /**
   * @param source The network being trained.
   * @param module Another of the same architecture; takes over the source's values now.
   * @param halfLifeImages Images after which a step's weights count half; 0 copies every step.
   * @throws ConfigError when the two differ in names or shapes, or the half-life is negative.
   */
  constructor(source: M, module: M, halfLifeImages: number) {
    if (!(halfLifeImages >= 0)) {
      throw new ConfigError(
        "core",
        `an average's half-life must be 0 images or more, got ${halfLifeImages}.`,
      );
    }
    this.module = module;
    this.#source = source;
    this.#halfLifeImages = halfLifeImages;
    for (const [average, followed] of this.#pairs()) average.assign(followed);
  }

  /**
   * The share of the old average that one step keeps. Early in training the half-life is at most a
   * twentieth of the images seen, so that the first weights are forgotten soon.
   *
   * @param imagesSeen Images before this step.
   */
  computeDecay(imagesSeen: number, batchSize: number): number {
    const halfLife = Math.min(this.#halfLifeImages, imagesSeen / 20);
    return halfLife === 0 ? 0 : 0.5 ** (batchSize / halfLife);
  }

  /**
   * Moves the average towards the source.
   *
   * @param keep {@link computeDecay}'s value as a scalar.
   * @param isActive Whether a variable moves, by its name. Default: all do.
   */
  update(keep: Scalar, isActive: (name: string) => boolean = () => true): void {
    tidy(() => {
      for (const [average, followed, name] of this.#pairs()) {
        if (isActive(name)) average.assign(add(followed, mul(sub(average, followed), keep)));
      }
    });
  }

  #pairs() {
    const averages = this.module.namedVariables();
    const sources = this.#source.namedVariables();
    return [...sources].map(([name, source]) => {
      const average = averages.get(name);
      if (average?.shape.join() !== source.shape.join() || averages.size !== sources.size) {
        throw new ConfigError("core", `an average needs the architecture of its source: ${name}.`);
      }
      return [average, source, name] as const;
    });
  }
}
