import { CheckpointError, encodeSafetensors, type HostTensor } from "@gan/core";
import { tensor3d } from "@tensorflow/tfjs-core";
import type { LayeredStyles } from "../layered-styles.js";
import type { StyleganLite } from "../stylegan-lite.js";

/** Names of the tensors in a file. */
const stylesName = "styles";
const meanName = "meanStyle";

/**
 * Styles as a safetensors file, which {@link restoreStyles} reads: `styles` [count, styleCount, styleSize], and the
 * model's mean style, by which it knows its own.
 */
export async function encodeStyles(variant: StyleganLite, styles: LayeredStyles): Promise<Uint8Array> {
  const { meanStyle } = variant.averages.generator.module.mapping;
  const tensors = new Map<string, HostTensor>([
    [stylesName, { shape: styles.shape, values: (await styles.data<"float32">()).slice() }],
    [meanName, { shape: meanStyle.shape, values: (await meanStyle.data<"float32">()).slice() }],
  ]);
  return encodeSafetensors(tensors, { variant: "stylegan-lite" });
}

/**
 * Styles that {@link encodeStyles} wrote: the same picture again, to the bit.
 *
 * @param tensors The file's, by name.
 * @param source What to call the file in errors.
 * @returns [count, styleCount, styleSize], owned by the caller.
 * @throws CheckpointError when the file is none of this model, or of earlier or later weights of it.
 */
export async function restoreStyles(
  variant: StyleganLite,
  tensors: ReadonlyMap<string, HostTensor>,
  source: string,
): Promise<LayeredStyles> {
  const [styles, mean] = [tensors.get(stylesName), tensors.get(meanName)];
  if (styles === undefined || mean === undefined) {
    throw new CheckpointError(
      "stylegan-lite",
      `${source} must hold ${stylesName} and ${meanName}, got ${[...tensors.keys()].join(", ") || "nothing"}. Use a file that project has saved.`,
    );
  }
  const [count = 0, layers, size] = styles.shape;
  const { styleCount, config } = variant;
  if (styles.shape.length !== 3 || count < 1 || layers !== styleCount || size !== config.styleSize) {
    throw new CheckpointError(
      "stylegan-lite",
      `${source} holds styles [${styles.shape.join(", ")}], but this model takes [.., ${styleCount}, ${config.styleSize}]. Use the model that it was saved with.`,
    );
  }
  const { meanStyle } = variant.averages.generator.module.mapping;
  const own = await meanStyle.data<"float32">();
  if (own.length !== mean.values.length || own.some((value, at) => value !== mean.values[at])) {
    throw new CheckpointError(
      "stylegan-lite",
      `${source} was saved with other weights, with which its styles mean another picture. Project the picture again.`,
    );
  }
  return tensor3d(styles.values, [count, styleCount, config.styleSize]);
}
