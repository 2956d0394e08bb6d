import { permuteShape } from "../graph/shapes.js";
import type { TensorSpec, Value } from "../graph/types.js";
import type { Inferred, KernelSpec } from "./kernel.js";

const TO_LAST = [0, 2, 3, 1] as const;
const TO_FIRST = [0, 3, 1, 2] as const;

interface ConvolutionAttributes {
  readonly dataFormat?: string;
  readonly pad: unknown;
  readonly inputShape?: readonly number[];
}

interface Params {
  readonly channelsFirst: boolean;
  readonly inner: unknown;
}

type Specs = Record<string, TensorSpec | undefined>;
type Values = Record<string, Value | undefined>;

/** The attributes of the same call on NHWC images. */
function attributesForLast(attributes: ConvolutionAttributes): ConvolutionAttributes {
  const { pad, inputShape } = attributes;
  return {
    ...attributes,
    dataFormat: "NHWC",
    pad: Array.isArray(pad) ? TO_LAST.map((axis) => pad[axis]) : pad,
    ...(inputShape ? { inputShape: permuteShape(inputShape, TO_LAST) } : {}),
  };
}

/** Numbers that broadcast with images: those of rank 3, [C, H, W], have to become [H, W, C]. */
const isSlopes = (shape: readonly number[]): boolean => shape.length === 3;

/**
 * The same kernel for both of tfjs's data formats, by transposing around a lowering that knows NHWC only.
 * @param images names of the inputs that are images
 * @param givesImage whether the result is an image, too
 */
export function acceptChannelsFirst(
  spec: KernelSpec,
  images: readonly string[],
  givesImage: boolean,
): KernelSpec {
  const infer = spec.infer as (
    inputs: Specs,
    attributes: ConvolutionAttributes,
  ) => Inferred<unknown> | undefined;
  const lower = spec.lower as unknown as (
    graph: Parameters<KernelSpec["lower"]>[0],
    inputs: Values,
    params: unknown,
    outputs: readonly TensorSpec[],
  ) => Value;

  const moved = <T extends { readonly shape: readonly number[] }>(
    inputs: Record<string, T | undefined>,
    move: (tensor: T, permutation: readonly number[]) => T,
  ): Record<string, T | undefined> => {
    const entries = [...spec.inputs, ...spec.optional].map((name): [string, T | undefined] => {
      const tensor = inputs[name];
      if (!tensor) return [name, undefined];
      if (images.includes(name)) return [name, move(tensor, TO_LAST)];
      return [name, isSlopes(tensor.shape) ? move(tensor, [1, 2, 0]) : tensor];
    });
    return Object.fromEntries(entries.filter(([, tensor]) => tensor !== undefined));
  };
  const permuteSpec = (tensor: TensorSpec, permutation: readonly number[]): TensorSpec => ({
    ...tensor,
    shape: permuteShape(tensor.shape, permutation),
  });

  return {
    ...spec,
    infer(inputs, attributes): Inferred<Params> | undefined {
      const given = attributes as ConvolutionAttributes;
      const channelsFirst = given.dataFormat === "NCHW";
      const inferred = channelsFirst
        ? infer(moved(inputs as unknown as Specs, permuteSpec), attributesForLast(given))
        : infer(inputs as unknown as Specs, given);
      if (!inferred) return undefined;
      const outputs =
        channelsFirst && givesImage
          ? inferred.outputs.map((output) => permuteSpec(output, TO_FIRST))
          : inferred.outputs;
      return { outputs, params: { channelsFirst, inner: inferred.params } };
    },
    lower(graph, inputs, params, outputs) {
      const { channelsFirst, inner } = params as Params;
      if (!channelsFirst) return lower(graph, inputs as unknown as Values, inner, outputs);
      const last = moved(inputs as unknown as Values, (value, permutation) =>
        graph.transpose(value, permutation),
      );
      const specs = givesImage ? outputs.map((output) => permuteSpec(output, TO_LAST)) : outputs;
      const result = lower(graph, last, inner, specs);
      return givesImage ? graph.transpose(result, TO_FIRST) : result;
    },
  };
}
