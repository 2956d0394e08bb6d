import { Option } from "commander";
import { ConfigError } from "../errors/index.js";
import type { OnnxPictures } from "../metrics/index.js";

/** Flags that say what an ONNX file takes. */
export interface OnnxFlags {
  inputSize?: string;
  layout?: "nchw" | "nhwc";
  channels?: "1" | "3";
  mean?: string;
  std?: string;
  outputName?: string;
}

export const onnxOptions = () => [
  new Option("--input-size <pixels>", "of an ONNX file: side of the pictures that it takes"),
  new Option("--layout <order>", "of an ONNX file: order of its input's axes; default: nchw").choices([
    "nchw",
    "nhwc",
  ]),
  new Option("--channels <number>", "of an ONNX file: 1 for grey; default: 3").choices(["1", "3"]),
  new Option("--mean <numbers>", "of an ONNX file: taken from bytes / 255, one or one a channel; default: 0"),
  new Option("--std <numbers>", "of an ONNX file: divides after that, one or one a channel; default: 1"),
  new Option("--output-name <name>", "of an ONNX file: which result are the features; default: the first"),
];

/**
 * What flags say of an ONNX file; undefined when none is given.
 *
 * @throws ConfigError when other flags come without `--input-size`, or are no numbers.
 */
export function parseOnnxFlags(flags: OnnxFlags): OnnxPictures | undefined {
  const { inputSize, layout, channels, mean, std, outputName } = flags;
  if (inputSize === undefined) {
    const given = [layout, channels, mean, std, outputName].some((flag) => flag !== undefined);
    if (!given) return undefined;
    throw new ConfigError("core", "an ONNX file needs --input-size, for example --input-size 224.");
  }
  return {
    size: Number(inputSize),
    layout,
    channels: channels === undefined ? undefined : (Number(channels) as 1 | 3),
    mean: parseNumbers("--mean", mean),
    deviation: parseNumbers("--std", std),
    output: outputName,
  };
}

/** `0.485,0.456,0.406` */
function parseNumbers(flag: string, text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (numbers.every(Number.isFinite)) return numbers;
  throw new ConfigError(
    "core",
    `${flag} must be a number, or one a channel with commas between, got ${text}.`,
  );
}
