import { type OnnxTensor, runOnnx, exportOnnx as writeOnnx } from "@gan/backend-ort";
import {
  getBackend,
  setBackend,
  type Tensor,
  tensor,
  tidy,
  transpose,
  type Variable,
} from "@tensorflow/tfjs-core";
import { BackendError, ConfigError } from "../errors/index.js";
import { createInferenceContext } from "../nn/index.js";
import { Random } from "../random/index.js";
import {
  type ExampleValues,
  type ExportableNetwork,
  type NetworkInput,
  namedAverages,
  namedWeights,
  type Variant,
} from "../train/index.js";

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  /** Which of the variant's `exportable` networks. Default: the first. */
  network?: string | undefined;
  /** How pictures lie in the file: `NHWC`, as everywhere here, or `NCHW`, as in PyTorch. Default `NHWC`. */
  layout?: "NHWC" | "NCHW" | undefined;
  /** Examples in a run. Default: any number, or 1 where the network cannot be written so. */
  batch?: number | undefined;
  /** Seeds what the network draws, which becomes constant, and the examples that it is tried with. Default 0. */
  seed?: number | undefined;
  /** Kept in the file besides variant, network and layout. Default: nothing. */
  metadata?: Readonly<Record<string, string>> | undefined;
}

/** A network as an ONNX file. */
export interface ExportedOnnx {
  /** The file: opset 20, float32, ONNX's own operators only. */
  bytes: Uint8Array;
  /** The name of the network. */
  network: string;
  /** Whether channels come last or first. */
  layout: "NHWC" | "NCHW";
  /** Name and shape of what the file takes; the first dimension is `batch` where it is open. */
  inputs: { name: string; dtype: "float32" | "int32"; shape: (number | "batch")[] }[];
  /** What comes out, in order. */
  outputs: { name: string; shape: (number | "batch")[] }[];
  /** Why the number of examples is fixed although none was asked for. */
  fixedBecause: string | undefined;
  /**
   * Largest difference between any result of the file, run by ONNX Runtime with its own optimisations, and the
   * network's here, over batches of several sizes.
   */
  largestDifference: number;
}

/** The largest difference from the library that an exported file may have. */
const largestAllowed = 1e-4;
/** Batches that an open file is tried with. */
const triedSizes = [1, 3];

/**
 * Writes one of a variant's networks as ONNX and tries the file in ONNX Runtime against the network. The
 * current backend stays current.
 *
 * ```ts
 * const { bytes, largestDifference } = await exportOnnx(variant, { layout: "NCHW" });
 * await writeFile("generator.onnx", bytes);
 * ```
 *
 * @throws ConfigError when the variant has no such network.
 * @throws BackendError when the network has a kernel that cannot be written, or the file's results differ by
 *   1e-4 or more.
 */
export async function exportOnnx(
  variant: Pick<Variant<string, never>, "name" | "networks" | "averages" | "exportable">,
  options: ExportOnnxOptions = {},
): Promise<ExportedOnnx> {
  const { layout = "NHWC", seed = 0, batch } = options;
  const [name, network] = findNetwork(variant, options.network);
  const inputs = Object.entries(network.inputs);
  const forward = (given: readonly Tensor[]): Tensor[] => {
    const named = Object.fromEntries(
      inputs.map(([key], index) => [key, fromLayout(given[index] as Tensor, layout)]),
    );
    const results = network.forward(named, createInferenceContext(new Random(seed).fork("export")));
    return Object.keys(network.outputs).map((key) => toLayout(results[key] as Tensor, layout));
  };
  const before = getBackend();
  await setBackend("ort");
  let file: ReturnType<typeof writeOnnx>;
  try {
    file = writeOnnx((...given) => forward(given), {
      inputs: inputs.map(([key, input]) => describeInput(key, input, layout)),
      outputs: Object.entries(network.outputs).map(([key, description]) => ({ name: key, description })),
      batch,
      variableNames: nameVariables(variant),
      description: `${network.description} Pictures are ${layout}.`,
      metadata: { ...options.metadata, variant: variant.name, network: name, layout },
    });
  } catch (cause) {
    throw new BackendError(
      "core",
      `the network ${name} cannot be written as ONNX: ${(cause as Error).message}`,
      { cause },
    );
  } finally {
    await setBackend(before);
  }
  const sizes = file.batch === undefined ? triedSizes : [file.batch];
  const random = new Random(seed).fork("export examples");
  const tries = sizes.map((size) => tryFile(file.model, network, layout, forward, size, random));
  const largestDifference = Math.max(...tries.map(({ difference }) => difference));
  if (!(largestDifference < largestAllowed)) {
    throw new BackendError(
      "core",
      `the network ${name} as ONNX must differ from itself here by less than ${largestAllowed}, and differs by ${largestDifference.toExponential(1)}. This is a fault of the library; please report it.`,
    );
  }
  const size = file.batch ?? ("batch" as const);
  return {
    bytes: file.model,
    network: name,
    layout,
    inputs: inputs.map(([key, input]) => ({
      name: key,
      dtype: dtypeOf(input.values),
      shape: [size, ...layOut(input.shape, layout)],
    })),
    outputs: (tries[0] as Try).shapes.map(({ name: key, shape }) => ({ name: key, shape: [size, ...shape] })),
    fixedBecause: file.fixedBecause,
    largestDifference,
  };
}

function findNetwork(
  { name, exportable = {} }: Pick<Variant, "name" | "exportable">,
  wanted: string | undefined,
): [string, ExportableNetwork] {
  const names = Object.keys(exportable);
  const key = wanted ?? names[0];
  if (key !== undefined && Object.hasOwn(exportable, key)) return [key, exportable[key] as ExportableNetwork];
  if (names.length === 0)
    throw new ConfigError("core", `${name} has no network that can be exported as ONNX.`);
  throw new ConfigError("core", `${name} has no network ${key} to export. It has ${names.join(", ")}.`);
}

/** The averages' names are the networks' own, which they stand in for. */
function nameVariables(
  variant: Pick<Variant<string, never>, "networks" | "averages">,
): Map<Variable, string> {
  const names = new Map<Variable, string>();
  for (const [name, variable] of namedWeights(variant)) names.set(variable, name);
  for (const [name, variable] of namedAverages(variant)) names.set(variable, name);
  return names;
}

const dtypeOf = (values: ExampleValues) => (typeof values === "object" ? "int32" : "float32");

/** The shape of one example; only pictures have three dimensions. */
function layOut(shape: readonly number[], layout: "NHWC" | "NCHW"): readonly number[] {
  const [height, width, channels] = shape as [number, number, number];
  return layout === "NCHW" && shape.length === 3 ? [channels, height, width] : shape;
}

function describeInput(name: string, { shape, values, description }: NetworkInput, layout: "NHWC" | "NCHW") {
  return { name, shape: layOut(shape, layout), dtype: dtypeOf(values), description } as const;
}

const fromLayout = (x: Tensor, layout: "NHWC" | "NCHW") =>
  layout === "NCHW" && x.rank === 4 ? transpose(x, [0, 2, 3, 1]) : x;
const toLayout = (x: Tensor, layout: "NHWC" | "NCHW") =>
  layout === "NCHW" && x.rank === 4 ? transpose(x, [0, 3, 1, 2]) : x;

interface Try {
  difference: number;
  /** Of one example of each result. */
  shapes: { name: string; shape: readonly number[] }[];
}

/** Runs file and network on the same examples. */
function tryFile(
  model: Uint8Array,
  network: ExportableNetwork,
  layout: "NHWC" | "NCHW",
  forward: (inputs: readonly Tensor[]) => Tensor[],
  size: number,
  random: Random,
): Try {
  const examples = Object.entries(network.inputs).map(([name, input]): [string, OnnxTensor] => {
    const shape = [size, ...layOut(input.shape, layout)];
    const values = drawExample(
      input.values,
      shape.reduce((product, dimension) => product * dimension, 1),
      random,
    );
    return [name, { dtype: dtypeOf(input.values), shape, values }];
  });
  const names = Object.keys(network.outputs);
  const found = runOnnx(model, Object.fromEntries(examples), names);
  return tidy(() => {
    const inputs = examples.map(([, { dtype, shape, values }]) => tensor(values, [...shape], dtype));
    const results = forward(inputs);
    let difference = 0;
    const shapes = names.map((name, index) => {
      const [expected, given] = [results[index] as Tensor, found[name] as OnnxTensor];
      if (expected.shape.join() !== given.shape.join()) {
        throw new BackendError(
          "core",
          `the result ${name} as ONNX must have shape [${expected.shape}], got [${given.shape}].`,
        );
      }
      for (const [at, value] of expected.dataSync().entries()) {
        difference = Math.max(difference, Math.abs(value - (given.values[at] as number)));
      }
      return { name, shape: expected.shape.slice(1) };
    });
    return { difference, shapes };
  }) as unknown as Try;
}

function drawExample(values: ExampleValues, size: number, random: Random): Float32Array | Int32Array {
  if (typeof values === "object")
    return Int32Array.from({ length: size }, () => random.integer(values.below));
  if (values === "normal") return random.normals(size);
  const uniform = random.uniforms(size);
  return values === "uniform" ? uniform : uniform.map((value) => 2 * value - 1);
}
