import { ConfigError, type FeatureExtractor, Random, ShapeError } from "@gan/core";
import { type Tensor4D, tensor2d, tidy, tile } from "@tensorflow/tfjs-core";
import { type LayeredStyles, spreadStyles } from "../layered-styles.js";
import type { StyleganLite } from "../stylegan-lite.js";
import { createPictureDistance } from "./picture-distance.js";
import { measureSpread } from "./style-directions.js";
import type { StyleEncoder } from "./style-encoder.js";
import { StyleSearch } from "./style-search.js";

/** How {@link projectPictures} searches. */
export interface ProjectOptions {
  /** Whose features are compared, besides pixels; one with `embed`. Default: pixels alone. */
  extractor?: FeatureExtractor | undefined;
  /** Says where to begin. Default: at the mean of w. */
  encoder?: StyleEncoder | undefined;
  /** Steps in w, and again as many in w+. Default 200. */
  steps?: number | undefined;
  /** `w+` gives each layer a style of its own at the end: nearer, but harder to edit. Default `w+`. */
  space?: "w" | "w+" | undefined;
  /** Adam's, in standard deviations of w, at its largest. Default 0.1. */
  learningRate?: number | undefined;
  /** Of the mean squared difference of pixels beside the features'. Default 1. */
  pixelWeight?: number | undefined;
  /** Of the noise on w at first. Default 0. */
  seed?: number | undefined;
  /** The class of the pictures, where the model knows classes: its mean w is that of this class. */
  label?: number | undefined;
  /** Told after each step, with the mean distance. */
  onProgress?: ((done: number, count: number, distance: number) => void) | undefined;
}

/** What {@link projectPictures} found; the tensors are the caller's. */
export interface Projection {
  /** [B, styleCount, styleSize]: the same style for every layer with space `w`. */
  styles: LayeredStyles;
  /** What the search in w came to, before w+: [B, styleCount, styleSize]. */
  inW: LayeredStyles;
  /** Where it began: [B, styleCount, styleSize]. */
  start: LayeredStyles;
  /** What was there to begin with. */
  startedBy: "encoder" | "mean";
  /** What was compared: `efficientnet-lite0`, or `pixels`. */
  compared: string;
  /** Distance of each picture, at the mean of w, at the start, after w, at the end. */
  distances: Record<"mean" | "start" | "inW" | "end", number[]>;
}

/**
 * Finds the styles that give pictures again: Adam on w and then on each layer's own style, through the synthesis
 * network with noise held fixed, so that noise needs no regularisation; at first w is shaken by fading noise. A step
 * is compiled once and replayed. Karras et al. 2020, appendix D; Abdal et al. 2019 for w+; the start by an encoder as
 * in Zhu et al. 2016.
 *
 * @param targets [B, imageSize, imageSize, channels] in [-1, 1]; stay the caller's. Each is searched for by itself.
 * @throws ShapeError when the pictures are of another size; ConfigError when the extractor has no gradient.
 */
export async function projectPictures(
  variant: StyleganLite,
  targets: Tensor4D,
  options: ProjectOptions = {},
): Promise<Projection> {
  const { extractor, encoder, steps = 200, space = "w+", learningRate = 0.1 } = options;
  const { pixelWeight = 1, seed = 0, label, onProgress } = options;
  checkProjection(variant, targets, options, steps);
  const [count] = targets.shape;
  const spread = await measureSpread(variant, { samples: 2000, label });
  const { styleSize } = variant.config;
  const variance = spread.mean.reduce(
    (sum, _, at) => sum + (spread.covariance[at * styleSize + at] as number) / styleSize,
    0,
  );
  const mean = tidy(() => {
    const row = tensor2d(Float32Array.from(spread.mean), [1, styleSize]);
    return spreadStyles(tile(row, [count, 1]), variant.styleCount);
  });
  const start =
    encoder === undefined
      ? mean.clone()
      : tidy(() => spreadStyles(encoder.forward(targets), variant.styleCount));
  const distance = createPictureDistance(extractor, pixelWeight);
  const search = new StyleSearch(variant, targets, distance, Math.sqrt(variance));
  const phases = space === "w" ? 1 : 2;
  const random = new Random(seed).fork("project");
  const run = (from: LayeredStyles, inLayers: boolean) =>
    search.run(from, {
      inLayers,
      steps,
      learningRate,
      random: inLayers ? undefined : random,
      onStep: (done, value) => onProgress?.((inLayers ? steps : 0) + done, phases * steps, value),
    });
  try {
    const inW = await run(start, false);
    const styles = space === "w" ? inW.clone() : await run(inW, true);
    const distances = {
      mean: await search.measure(mean),
      start: await search.measure(start),
      inW: await search.measure(inW),
      end: await search.measure(styles),
    };
    const startedBy = encoder === undefined ? "mean" : "encoder";
    return { styles, inW, start, startedBy, compared: distance.name, distances };
  } finally {
    mean.dispose();
    search.dispose();
  }
}

function checkProjection(
  { config }: StyleganLite,
  targets: Tensor4D,
  { extractor }: ProjectOptions,
  steps: number,
): void {
  const wanted = [config.imageSize, config.imageSize, config.channels];
  if (targets.shape.slice(1).join() !== wanted.join()) {
    throw new ShapeError(
      "stylegan-lite",
      `pictures to project must be [.., ${wanted.join(", ")}], got [${targets.shape.join(", ")}]. Resize them first.`,
    );
  }
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ConfigError("stylegan-lite", `steps must be a whole number from 1, got ${steps}.`);
  }
  if (extractor !== undefined && extractor.embed === undefined) {
    throw new ConfigError(
      "stylegan-lite",
      `the extractor ${extractor.name} has no gradient. Take efficientnet-lite0, or none for pixels alone.`,
    );
  }
}
