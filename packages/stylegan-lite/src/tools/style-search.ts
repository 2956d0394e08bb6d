import { type CompiledFunction, compile } from "@gan/backend-ort/compile";
import { Adam, type AdamScalars, adam, type Random } from "@gan/core";
import {
  add,
  mul,
  type Scalar,
  scalar,
  sum,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tensor,
  tidy,
  variable,
  variableGrads,
  zeros,
} from "@tensorflow/tfjs-core";
import type { LayeredStyles } from "../layered-styles.js";
import type { StyleganLite } from "../stylegan-lite.js";
import type { PictureDistance } from "./picture-distance.js";
import { createFixedNoise } from "./render-styles.js";

/** How {@link StyleSearch.run} goes. */
export interface SearchOptions {
  /** Whether each layer moves by itself; else all layers keep one style. */
  inLayers: boolean;
  steps: number;
  /** In standard deviations of w. */
  learningRate: number;
  /** Of noise on the styles, which fades over three quarters of the steps. Default: none. */
  random?: Random | undefined;
  onStep?(done: number, distance: number): void;
}

/** Noise on w at first, in standard deviations. Karras et al. 2020, appendix D. */
const firstNoise = 0.05;

/**
 * The search for the styles of pictures: offsets from a start, counted in standard deviations of w, moved by Adam. One
 * compiled step for w and one for w+.
 *
 * Owns its variables until {@link dispose}; the targets stay the caller's and must outlive it.
 */
export class StyleSearch {
  readonly #variant: StyleganLite;
  readonly #targets: Tensor4D;
  #features: Tensor2D | undefined;
  readonly #distance: PictureDistance;
  readonly #deviation: number;
  readonly #measure: CompiledFunction<[Tensor4D, LayeredStyles, Tensor2D | null], Tensor1D>;

  constructor(variant: StyleganLite, targets: Tensor4D, distance: PictureDistance, deviation: number) {
    this.#variant = variant;
    this.#targets = targets;
    this.#distance = distance;
    this.#deviation = deviation;
    if (distance.embed !== undefined) {
      const embed = compile(distance.embed, { name: "features of targets" });
      this.#features = embed(targets);
      embed.dispose();
    }
    this.#measure = compile(
      (images: Tensor4D, styles: LayeredStyles, features: Tensor2D | null) =>
        this.#compare(images, styles, features),
      { name: "distance of styles" },
    );
  }

  /**
   * Moves styles towards the targets.
   *
   * @param start [B, styleCount, styleSize]; stays the caller's.
   * @returns [B, styleCount, styleSize], owned by the caller.
   */
  async run(start: LayeredStyles, options: SearchOptions): Promise<LayeredStyles> {
    const { inLayers, steps, learningRate, random, onStep } = options;
    const [batch, styleCount, styleSize] = start.shape;
    const offsets = tidy(() => variable(zeros([batch, inLayers ? styleCount : 1, styleSize])));
    const optimizer = new Adam(adam(), new Map([["offsets", offsets]]));
    // Offsets in w are broadcast over layers.
    const place = (from: LayeredStyles, noise: Tensor3D): LayeredStyles =>
      add(from, mul(add(offsets, noise), this.#deviation));
    const step = compile(
      (
        images: Tensor4D,
        from: LayeredStyles,
        features: Tensor2D | null,
        noise: Tensor3D,
        scalars: AdamScalars<Scalar>,
      ) => {
        const compute = (): Scalar => {
          // Pictures do not see each other, so a sum moves each as if it were alone.
          return sum(this.#compare(images, place(from, noise), features));
        };
        const { value, grads } = variableGrads(compute, [offsets]);
        optimizer.apply({ offsets: grads[offsets.name] as Tensor3D }, scalars);
        return value;
      },
      { name: inLayers ? "projection into w+" : "projection into w" },
    );
    const still = zeros([1, 1, 1]) as Tensor3D;
    try {
      for (let index = 0; index < steps; index++) {
        const share = index / steps;
        const noise =
          random === undefined
            ? still.clone()
            : drawNoise(random, offsets.shape as [number, number, number], firstNoise * fade(share));
        const { stepSize, epsilon } = optimizer.nextScalars(learningRate * ramp(share));
        const scalars = { stepSize: scalar(stepSize), epsilon: scalar(epsilon) };
        const value = step(this.#targets, start, this.#features ?? null, noise, scalars);
        const [distance] = await value.data<"float32">();
        for (const used of [value, noise, scalars.stepSize, scalars.epsilon]) used.dispose();
        onStep?.(index + 1, (distance as number) / batch);
      }
      return tidy(() => place(start, still));
    } finally {
      still.dispose();
      step.dispose();
      optimizer.dispose();
      offsets.dispose();
    }
  }

  /** The distance of each target from the picture of its styles. */
  async measure(styles: LayeredStyles): Promise<number[]> {
    const distances = this.#measure(this.#targets, styles, this.#features ?? null);
    const values = [...(await distances.data<"float32">())];
    distances.dispose();
    return values;
  }

  dispose(): void {
    this.#measure.dispose();
    this.#features?.dispose();
  }

  #compare(images: Tensor4D, styles: LayeredStyles, features: Tensor2D | null): Tensor1D {
    const made = this.#variant.synthesize(styles, createFixedNoise(styles.shape[0]));
    return this.#distance.compare(made, images, features ?? undefined);
  }
}

/** The learning rate's share: up over the first twentieth, down over the last quarter, along half a cosine. */
function ramp(share: number): number {
  const down = Math.min(1, (1 - share) / 0.25);
  return Math.min(1, (share + 0.01) / 0.05) * (0.5 - 0.5 * Math.cos(down * Math.PI));
}

/** Noise fades over three quarters of the steps. */
const fade = (share: number) => Math.max(0, 1 - share / 0.75) ** 2;

function drawNoise(random: Random, shape: [number, number, number], scale: number): Tensor3D {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensor(
    random.normals(size).map((value) => value * scale),
    shape,
  ) as Tensor3D;
}
