import {
  assignVariables,
  CheckpointError,
  Conv2d,
  Dense,
  encodeSafetensors,
  type HostTensor,
  Module,
  Random,
  readVariables,
  type StoredPrecision,
} from "@gan/core";
import { add, mul, reshape, type Tensor2D, type Tensor4D, type Variable, zeros } from "@tensorflow/tfjs-core";
import { countLevels, type StyleganLiteConfig } from "../config.js";
import { activate } from "../mapping.js";

/** The name of the encoder's file in a run folder. */
export const encoderFile = "encoder.safetensors";

/** What decides an encoder's shape. */
export type EncoderShape = Pick<StyleganLiteConfig, "imageSize" | "channels" | "styleSize">;

/** Features at a side: few where it is large. */
const featuresAt = (side: number) => Math.min(64, Math.max(16, Math.floor(512 / side)));

/**
 * Picture → style: a convolution and a halving one for each level, then a dense layer; its answer is
 * `mean + deviation · y`, so that an untrained one says little else than the mean.
 */
export class StyleEncoder extends Module {
  /** The mean of w: [styleSize]. */
  readonly mean: Variable;
  /** Root mean square deviation of w from its mean: a scalar. */
  readonly deviation: Variable;
  readonly #convs: Conv2d[] = [];
  readonly #dense: Dense;
  readonly #out: Dense;

  constructor({ imageSize, channels, styleSize }: EncoderShape, random: Random) {
    super();
    const equalized = {};
    const addConv = (name: string, inputs: number, outputs: number, stride: number) => {
      const options = { inputs, outputs, stride, kernelSize: 3, equalized, random };
      this.#convs.push(this.child(name, new Conv2d(options)));
    };
    let side = imageSize;
    addConv("fromImage", channels, featuresAt(side), 1);
    for (let level = countLevels(imageSize) - 1; level > 0; level--) {
      addConv(`blocks.${level}`, featuresAt(side), featuresAt(side / 2), 2);
      side /= 2;
    }
    const inputs = 16 * featuresAt(4);
    this.#dense = this.child("dense", new Dense({ inputs, outputs: 2 * styleSize, equalized, random }));
    this.#out = this.child(
      "out",
      new Dense({ inputs: 2 * styleSize, outputs: styleSize, equalized, random }),
    );
    this.mean = this.buffer("mean", () => zeros([styleSize]));
    this.deviation = this.buffer("deviation", () => zeros([]));
  }

  /** [B, imageSize, imageSize, channels] in [-1, 1] → w, [B, styleSize]. */
  forward(images: Tensor4D): Tensor2D {
    let x = images;
    for (const conv of this.#convs) x = activate(conv.forward(x));
    const flat: Tensor2D = reshape(x, [x.shape[0], -1]);
    const y = this.#out.forward(activate(this.#dense.forward(flat)));
    return add(this.mean, mul(y, this.deviation));
  }
}

/**
 * An encoder as a safetensors file.
 *
 * @param imagesSeen By the model that it was trained for.
 * @param precision Default F32.
 */
export async function encodeEncoder(
  encoder: StyleEncoder,
  imagesSeen: number,
  precision?: StoredPrecision,
): Promise<Uint8Array> {
  const metadata = { variant: "stylegan-lite", network: "encoder", imagesSeen: String(imagesSeen) };
  return encodeSafetensors(await readVariables(encoder.namedVariables()), metadata, precision);
}

/**
 * An encoder from the tensors of its file; to be disposed by the caller.
 *
 * @param source What to call the file in errors.
 * @throws CheckpointError when it is of another size, or for another model.
 */
export function restoreEncoder(
  shape: EncoderShape,
  tensors: ReadonlyMap<string, HostTensor>,
  source: string,
): StyleEncoder {
  const encoder = new StyleEncoder(shape, new Random(0));
  try {
    assignVariables(encoder.namedVariables(), tensors, source);
  } catch (error) {
    encoder.dispose();
    if (!(error instanceof CheckpointError)) throw error;
    throw new CheckpointError(
      "stylegan-lite",
      `${source} is no encoder for this model. Train one again: gan-stylegan-lite train-encoder --from <run>`,
      { cause: error },
    );
  }
  return encoder;
}
