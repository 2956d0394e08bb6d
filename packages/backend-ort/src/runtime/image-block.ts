import { options } from "../config.js";
import { GraphBuilder } from "../graph/builder.js";
import { Executable } from "./executable.js";
import { newArray, ortTensor } from "./ort.js";

/** A multiple of every block that ONNX Runtime uses. */
const CHANNELS = 64;

let probed: { readonly block: number | undefined } | undefined;

/**
 * Channels to a block of ONNX Runtime's blocked image layout on this machine: 16 with AVX-512, 8 with AVX2;
 * undefined on processors for which it has none, and on other providers than the CPU.
 */
export function imageBlock(): number | undefined {
  if (options.provider !== "cpu") return undefined;
  probed ??= { block: probe() };
  return probed.block;
}

/** Reorders an image of two pixels: the second pixel of the first channel comes after one block. */
function probe(): number | undefined {
  const shape = [1, CHANNELS, 1, 2];
  const graph = new GraphBuilder();
  const image = graph.input({ dtype: "float32", shape });
  const reordered = graph.op("ReorderInput", [image], {}, { dtype: "float32", shape }, "com.microsoft.nchwc");
  let executable: Executable;
  try {
    executable = new Executable("probe of the blocked layout", [image], [reordered]);
  } catch (error) {
    // Processors without the layout, and builds without the operator, do not know it; all else is a fault.
    if (/nchwc|not a registered function|No Op registered|NOT_IMPLEMENTED/i.test(String(error)))
      return undefined;
    throw error;
  }
  const pixels = newArray("float32", CHANNELS * 2).map((_, index) => index);
  const result = ortTensor("float32", newArray("float32", CHANNELS * 2), shape);
  executable.run([ortTensor("float32", pixels, shape)], [result]);
  executable.dispose();
  const block = (result.data as Float32Array).indexOf(1);
  return block > 1 && CHANNELS % block === 0 ? block : undefined;
}
