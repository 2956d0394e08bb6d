import { basename } from "node:path";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { ConfigError, DataError } from "../../errors/index.js";
import { createExtractor, type FeatureSource } from "../../metrics/create-extractor.js";
import type { FeatureExtractor, LoadExtractorOptions, OnnxPictures } from "../../metrics/index.js";
import { computeHash, readWeightsFile } from "./read-weights.js";

/** A session, and what to ask of it. */
interface OnnxNetwork {
  session: InferenceSession;
  createTensor: (values: Float32Array, shape: readonly number[]) => Tensor;
  output: string;
  /** Pictures that the file takes at once, where it says so. */
  fixedBatch: number | undefined;
}

/**
 * Opens any network in an ONNX file: one input of float32 pictures, and a result whose values, in a row, are a
 * picture's features. It runs in ONNX Runtime on the CPU, whatever computes otherwise.
 *
 * @param path Ends in `.onnx`.
 * @throws ConfigError without `input`, or when that and the file contradict each other; DataError when the
 *   file cannot be read or run.
 */
export async function loadOnnxExtractor(
  path: string,
  { resize = "clean", input, weights }: LoadExtractorOptions,
): Promise<FeatureExtractor> {
  if (input === undefined || weights !== undefined) {
    const what = input === undefined ? "needs to know its input's size" : "holds its weights itself";
    throw new ConfigError(
      "core",
      `${path} ${what}. Give input, at least { size: 224 } (--input-size 224), and no weights.`,
    );
  }
  const { size, channels = 3, layout = "nchw", mean = [0], deviation = [1] } = input;
  checkInput(path, input, channels);
  const bytes = await readWeightsFile(path, "Give the path of an ONNX file.");
  const network = await openNetwork(path, bytes, input.output);
  const source = await createSource(path, network, { size, channels, layout });
  const spread = (values: readonly number[]) =>
    Array.from({ length: channels }, (_, channel) => 255 * (values[channel] ?? (values[0] as number)));
  const settings = [`${size} px`, layout, `mean ${mean.join(" ")}`, `deviation ${deviation.join(" ")}`];
  const options = {
    // Other settings are another extractor.
    name: `${basename(path)} (${[...settings, network.output].join(", ")})`,
    weightsHash: computeHash(bytes),
    resize,
    inputSize: size,
    channels,
    batchSize: network.fixedBatch ?? 32,
    mean: spread(mean),
    deviation: spread(deviation),
  };
  return createExtractor(options, source);
}

function checkInput(path: string, input: OnnxPictures, channels: number): void {
  const { size, mean = [0], deviation = [1] } = input;
  const problems: string[] = [];
  if (!Number.isInteger(size) || size < 1) problems.push(`size must be a whole number from 1, got ${size}`);
  for (const [name, values] of Object.entries({ mean, deviation })) {
    const fits = values.length === 1 || values.length === channels;
    if (fits && values.every((value) => Number.isFinite(value))) continue;
    problems.push(`${name} must be one number or ${channels}, got ${values.join(" ")}`);
  }
  if (deviation.some((value) => value <= 0)) problems.push("deviation must be above 0");
  if (problems.length > 0) throw new ConfigError("core", `input of ${path}: ${problems.join("; ")}.`);
}

async function openNetwork(
  path: string,
  bytes: Uint8Array,
  wanted: string | undefined,
): Promise<OnnxNetwork> {
  const runtime = await import("onnxruntime-node");
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(bytes, {
      executionProviders: ["cpu"],
      logSeverityLevel: 4,
    });
  } catch (cause) {
    throw new DataError(
      "core",
      `${path} is no network that ONNX Runtime opens: ${(cause as Error).message}.`,
      { cause },
    );
  }
  const { inputNames, outputNames, inputMetadata } = session;
  const output = wanted ?? (outputNames[0] as string);
  const meta = inputMetadata[0];
  const isFloat = meta?.isTensor === true && meta.type === "float32";
  if (inputNames.length !== 1 || !isFloat || !outputNames.includes(output)) {
    await session.release();
    throw new ConfigError(
      "core",
      `${path} must have one input of float32 and a result ${output}, got the inputs ${inputNames.join(", ")} and the results ${outputNames.join(", ")}. Choose one with output (--output-name), or export it anew.`,
    );
  }
  const batch = meta.shape[0];
  return {
    session,
    createTensor: (values, shape) => new runtime.Tensor("float32", values, [...shape]),
    output,
    fixedBatch: typeof batch === "number" && batch > 0 ? batch : undefined,
  };
}

/** Tries the network once, on grey, to see what it gives. */
async function createSource(
  path: string,
  { session, createTensor, output, fixedBatch }: OnnxNetwork,
  { size, channels, layout }: { size: number; channels: number; layout: "nchw" | "nhwc" },
): Promise<FeatureSource> {
  const run = async (values: Float32Array, count: number): Promise<Float32Array> => {
    const batch = fixedBatch ?? count; // a file of a fixed batch is given grey pictures besides
    const all = new Float32Array(batch * size * size * channels);
    all.set(layout === "nhwc" ? values : toChannelsFirst(values, size * size, channels));
    const square = [size, size];
    const shape = layout === "nhwc" ? [batch, ...square, channels] : [batch, channels, ...square];
    const name = session.inputNames[0] as string;
    let result: Tensor | undefined;
    try {
      result = (await session.run({ [name]: createTensor(all, shape) }, [output]))[output];
    } catch (cause) {
      throw new DataError(
        "core",
        `${path} does not run on [${shape.join(", ")}]: ${(cause as Error).message.trim()} Look at --input-size and --layout.`,
        { cause },
      );
    }
    if (!(result?.data instanceof Float32Array) || result.dims[0] !== batch) {
      throw new DataError(
        "core",
        `${path} must give float32 features, a row for each of ${batch} pictures, got ${result?.type} [${result?.dims.join(", ")}]. Choose another result.`,
      );
    }
    return result.data.slice(0, (result.data.length / batch) * count);
  };
  const featureCount = (await run(new Float32Array(size * size * channels), 1)).length;
  return {
    featureCount,
    classCount: 0,
    run: async (images, count) => ({ features: await run(images, count) }),
    dispose: () => void session.release(),
  };
}

/** [count, places, channels] → [count, channels, places] */
function toChannelsFirst(values: Float32Array, places: number, channels: number): Float32Array {
  const moved = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += places * channels) {
    for (let place = 0; place < places; place++) {
      for (let channel = 0; channel < channels; channel++) {
        moved[start + channel * places + place] = values[start + place * channels + channel] as number;
      }
    }
  }
  return moved;
}
