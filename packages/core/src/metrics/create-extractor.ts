import { compile } from "@gan/backend-ort/compile";
import {
  add,
  div,
  mul,
  sub,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tile,
} from "@tensorflow/tfjs-core";
import type { PixelImage } from "../data/index.js";
import { DataError, ShapeError } from "../errors/index.js";
import type { ExtractedFeatures, ExtractorIdentity, FeatureExtractor } from "./feature-extractor.js";
import type { FeatureNetwork } from "./networks/feature-network.js";
import { resizeImages } from "./resize/resize-images.js";
import { resizePicture } from "./resize/resize-picture.js";

/** What any extractor is made of, besides what computes. */
export interface ExtractorOptions extends ExtractorIdentity {
  inputSize: number;
  channels: 1 | 3;
  batchSize: number;
  /** The network sees (byte - mean) / deviation, by channel. */
  mean: readonly number[];
  deviation: readonly number[];
}

/** What computes features of pictures that are ready. */
export interface FeatureSource {
  readonly featureCount: number;
  readonly classCount: number;
  /**
   * @param images [count, inputSize, inputSize, channels], normalised.
   * @returns Arrays that the caller owns.
   */
  run(images: Float32Array, count: number): Promise<ExtractedFeatures>;
  /** The network's features of such pictures as tensors, with a gradient; absent where it has none. */
  embed?(images: Tensor4D): Tensor2D;
  dispose(): void;
}

/** An extractor that resizes and normalises, then asks `source`, which it owns, in batches. */
export function createExtractor(options: ExtractorOptions, source: FeatureSource): FeatureExtractor {
  const { name, weightsHash, resize, inputSize, channels, batchSize } = options;
  const { featureCount, classCount } = source;
  return {
    name,
    weightsHash,
    resize,
    inputSize,
    channels,
    featureCount,
    classCount,
    batchSize,
    async extract(pictures) {
      const features = new Float32Array(pictures.length * featureCount);
      const logits = new Float32Array(pictures.length * classCount);
      for (let start = 0; start < pictures.length; start += batchSize) {
        const part = pictures.slice(start, start + batchSize);
        const found = await source.run(prepare(part, options), part.length);
        features.set(found.features, start * featureCount);
        if (found.logits !== undefined) logits.set(found.logits, start * classCount);
      }
      return classCount > 0 ? { features, logits } : { features };
    },
    ...(source.embed !== undefined && {
      embed: (images: Tensor4D) =>
        (source.embed as NonNullable<FeatureSource["embed"]>)(normalise(images, options)),
    }),
    dispose: () => source.dispose(),
  };
}

/** Pictures in [-1, 1] as the network sees them: [B, inputSize, inputSize, channels]. */
function normalise(images: Tensor4D, options: ExtractorOptions): Tensor4D {
  const { name, inputSize, channels, resize, mean, deviation } = options;
  const given = images.shape[3];
  if (given !== 1 && given !== channels) {
    throw new ShapeError(
      "core",
      `${name} takes pictures of ${channels === 1 ? "1 channel" : "1 or 3 channels"}, got ${given}. Choose another extractor.`,
    );
  }
  const bytes = resizeImages(mul(add(images, 1), 127.5), inputSize, resize);
  const wide: Tensor4D = given === channels ? bytes : tile(bytes, [1, 1, 1, channels]);
  return div(sub(wide, tensor1d([...mean])), tensor1d([...deviation]));
}

/** Runs a network, which it owns, compiled on the current backend; once for each size of batch it is traced. */
export function compileNetwork(
  network: FeatureNetwork,
  { name, inputSize, channels }: Pick<ExtractorOptions, "name" | "inputSize" | "channels">,
): FeatureSource {
  const { featureCount, classCount } = network;
  const forward = compile((images: Tensor4D) => network.forward(images), { name });
  return {
    featureCount,
    classCount,
    async run(values, count) {
      const images = tensor4d(values, [count, inputSize, inputSize, channels]);
      const { features, logits } = forward(images);
      images.dispose();
      try {
        const found = { features: (await features.data<"float32">()).slice() };
        if (logits === undefined) return found;
        return { ...found, logits: (await logits.data<"float32">()).slice() };
      } finally {
        features.dispose();
        logits?.dispose();
      }
    },
    embed: (images) => network.forward(images).features,
    dispose() {
      forward.dispose();
      network.dispose();
    },
  };
}

/** [count, inputSize, inputSize, channels] as the network sees it. */
function prepare(pictures: readonly PixelImage[], options: ExtractorOptions): Float32Array {
  const { name, inputSize, channels, resize, mean, deviation } = options;
  const area = inputSize * inputSize;
  const prepared = new Float32Array(pictures.length * area * channels);
  for (const [index, picture] of pictures.entries()) {
    if (picture.channels !== 1 && picture.channels !== channels) {
      throw new DataError(
        "core",
        `${name} takes pictures of ${channels === 1 ? "1 channel" : "1 or 3 channels"}, got ${picture.channels}. Open them with so many channels, or choose another extractor.`,
      );
    }
    const values = resizePicture(picture, inputSize, resize);
    const target = index * area * channels;
    for (let pixel = 0; pixel < area; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        const value = values[picture.channels === 1 ? pixel : pixel * channels + channel] as number;
        prepared[target + pixel * channels + channel] =
          (value - (mean[channel] as number)) / (deviation[channel] as number);
      }
    }
  }
  return prepared;
}
