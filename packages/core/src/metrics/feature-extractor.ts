import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { PixelImage } from "../data/index.js";

/**
 * How an extractor brings pictures to its input size, part of every metric's definition:
 *
 * - `clean`: antialiased bicubic in float, not rounded afterwards, as clean-fid has PIL do it
 *   (Parmar et al. 2022).
 * - `legacy`: bilinear without antialiasing, half-pixel centres, as pytorch-fid does it.
 * - `none`: not at all; every picture must have the input size.
 */
export type ResizeMethod = "clean" | "legacy" | "none";

/** What decides which numbers an extractor gives: results of different ones are never compared. */
export interface ExtractorIdentity {
  /** The network and which of its layers, for example `inception` or `mnist-classifier`. */
  readonly name: string;
  /** SHA-256 of the weights as they are on disk, 64 hexadecimal digits. */
  readonly weightsHash: string;
  /** How pictures are brought to its size. */
  readonly resize: ResizeMethod;
}

/** What a network says of pictures. */
export interface ExtractedFeatures {
  /** [pictures, featureCount], row by row. */
  features: Float32Array;
  /** [pictures, classCount], before softmax; absent where the network classifies nothing. */
  logits?: Float32Array;
}

/**
 * A named network that turns pictures into features: where every distance between sets of pictures
 * begins. It takes bytes, so that generated pictures are quantised as saved ones are, and resizes them
 * itself.
 */
export interface FeatureExtractor extends ExtractorIdentity {
  /** Side of the square that the network sees, in pixels. */
  readonly inputSize: number;
  /** Channels that the network sees; grey pictures are repeated to 3, colour is never made grey. */
  readonly channels: 1 | 3;
  /** Values in a picture's features. */
  readonly featureCount: number;
  /** Values in a picture's logits; 0 where there are none. */
  readonly classCount: number;
  /** Pictures to give at once, for the caller that is free to choose. */
  readonly batchSize: number;
  /**
   * Features of pictures of any sizes, 1 or 3 channels each, alpha not among them.
   *
   * @returns Arrays that the caller owns.
   * @throws DataError for a picture with other channels, or of a wrong size where `resize` is `none`.
   */
  extract(pictures: readonly PixelImage[]): Promise<ExtractedFeatures>;
  /**
   * The same features as tensors, differentiable by the pictures, which are not rounded to bytes: for losses, such
   * as projection into a generator's latents. Absent where no network of tfjs computes, as with ONNX files.
   *
   * @param images [B, H, W, 1] or [B, H, W, channels], float32 in [-1, 1]; stays the caller's.
   * @returns [B, featureCount]; belongs to the caller's `tf.tidy`.
   * @throws ShapeError for pictures with other channels, or of a wrong size where `resize` is `none`.
   */
  embed?(images: Tensor4D): Tensor2D;
  /** Frees the network's weights. It cannot extract afterwards. */
  dispose(): void;
}

/** What a network in an ONNX file takes, which the file does not say. */
export interface OnnxPictures {
  /** Side of the square pictures in pixels. */
  size: number;
  /** Default 3. */
  channels?: 1 | 3 | undefined;
  /** Default `nchw`, as PyTorch exports. */
  layout?: "nchw" | "nhwc" | undefined;
  /** The network sees (byte / 255 - mean) / deviation; one number, or one a channel. Default 0. */
  mean?: readonly number[] | undefined;
  /** Default 1. */
  deviation?: readonly number[] | undefined;
  /** Which result are the features. Default: the first. */
  output?: string | undefined;
}

/** How {@link LoadExtractor} is to open a network. */
export interface LoadExtractorOptions {
  /** Default: the extractor's own, `legacy` for `inception`, as most published FIDs, else `clean`. */
  resize?: ResizeMethod | undefined;
  /** File of the weights. Default: the one that was fetched or is shipped. */
  weights?: string | undefined;
  /** What an ONNX file takes; needed for one, and for nothing else. */
  input?: OnnxPictures | undefined;
}

/**
 * Opens a network by its name, `inception`, `mnist-classifier`, `fashion-classifier`,
 * `efficientnet-lite0`, or by the path of an ONNX file: `loadExtractor` of `@gan/core/node`.
 *
 * @throws ConfigError for an unknown name, DataError when the weights are absent or damaged.
 */
export type LoadExtractor = (name: string, options?: LoadExtractorOptions) => Promise<FeatureExtractor>;
