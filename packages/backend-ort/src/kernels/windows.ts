import { backend_util } from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import { range } from "../graph/shapes.js";
import type { Shape, Value } from "../graph/types.js";

/**
 * One spatial axis of a sliding window: output `o` and filter tap `w` meet at input
 * `o · stride + w · dilation − before`, and positions outside `[0, input)` are padding.
 */
export interface WindowAxis {
  readonly input: number;
  readonly output: number;
  readonly filter: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front. Negative where tfjs's 3D `same` padding skips leading elements. */
  readonly before: number;
  /** Padding behind that the last window needs. Negative when trailing elements are in no window. */
  readonly after: number;
}

export type Padding = Parameters<typeof backend_util.computeConv2DInfo>[4] | readonly (readonly number[])[];
export type RoundingMode = "floor" | "round" | "ceil" | undefined;
export type Tuple = number | readonly number[];

/** Elements that one window spans: (filter − 1) · dilation + 1. */
export const spanOf = (axis: WindowAxis): number => (axis.filter - 1) * axis.dilation + 1;

/** The window's axis, or undefined when a fractional padding makes it meaningless in ONNX. */
function windowAxis(
  input: number,
  output: number,
  filter: number,
  stride: number,
  dilation: number,
  before: number,
  mayBeEmpty = false,
): WindowAxis | undefined {
  const after = (output - 1) * stride + (filter - 1) * dilation + 1 - input - before;
  const whole = [output, stride, dilation, before].every(Number.isInteger);
  return whole && output >= (mayBeEmpty ? 0 : 1) && stride > 0 && dilation > 0
    ? { input, output, filter, stride, dilation, before, after }
    : undefined;
}

function allOrNone(axes: readonly (WindowAxis | undefined)[]): readonly WindowAxis[] | undefined {
  return axes.every((axis) => axis !== undefined) ? (axes as readonly WindowAxis[]) : undefined;
}

export interface WindowOptions {
  /** `[batch, ...spatial, channels]` of the unpooled side. */
  readonly inputShape: Shape;
  /** Sizes of the filter, spatial axes first; what follows is ignored. */
  readonly filterShape: Shape;
  readonly strides: Tuple;
  readonly dilations?: Tuple | undefined;
  readonly pad: Padding;
  readonly rounding?: RoundingMode;
  /** Whether no window at all, where the filter is larger than the input, is an answer: an empty result. */
  readonly mayBeEmpty?: boolean;
}

type ConvInfoArguments = Parameters<typeof backend_util.computeConv2DInfo>;
type Conv3DInfoArguments = Parameters<typeof backend_util.computeConv3DInfo>;

/** Height and width of a window over NHWC images, with tfjs's own rules for padding and rounding. */
export function windows2d(options: WindowOptions): readonly WindowAxis[] | undefined {
  const info = backend_util.computeConv2DInfo(
    options.inputShape as ConvInfoArguments[0],
    [...options.filterShape.slice(0, 2), 1, 1] as ConvInfoArguments[1],
    options.strides as ConvInfoArguments[2],
    (options.dilations ?? 1) as ConvInfoArguments[3],
    options.pad as ConvInfoArguments[4],
    options.rounding,
  );
  return allOrNone([
    windowAxis(
      info.inHeight,
      info.outHeight,
      info.filterHeight,
      info.strideHeight,
      info.dilationHeight,
      info.padInfo.top,
      options.mayBeEmpty,
    ),
    windowAxis(
      info.inWidth,
      info.outWidth,
      info.filterWidth,
      info.strideWidth,
      info.dilationWidth,
      info.padInfo.left,
      options.mayBeEmpty,
    ),
  ]);
}

/** Depth, height and width of a window over NDHWC volumes. */
export function windows3d(options: WindowOptions): readonly WindowAxis[] | undefined {
  const info = backend_util.computeConv3DInfo(
    options.inputShape as Conv3DInfoArguments[0],
    [...options.filterShape.slice(0, 3), 1, 1] as Conv3DInfoArguments[1],
    options.strides as Conv3DInfoArguments[2],
    (options.dilations ?? 1) as Conv3DInfoArguments[3],
    options.pad as Conv3DInfoArguments[4],
    false,
    "channelsLast",
    options.rounding,
  );
  const { padInfo } = info;
  return allOrNone([
    windowAxis(
      info.inDepth,
      info.outDepth,
      info.filterDepth,
      info.strideDepth,
      info.dilationDepth,
      padInfo.front,
      options.mayBeEmpty,
    ),
    windowAxis(
      info.inHeight,
      info.outHeight,
      info.filterHeight,
      info.strideHeight,
      info.dilationHeight,
      padInfo.top,
      options.mayBeEmpty,
    ),
    windowAxis(
      info.inWidth,
      info.outWidth,
      info.filterWidth,
      info.strideWidth,
      info.dilationWidth,
      padInfo.left,
      options.mayBeEmpty,
    ),
  ]);
}

/** `[batch, ...outputs of the axes, channels]`. */
export function windowedShape(batch: number, axes: readonly WindowAxis[], channels: number): number[] {
  return [batch, ...axes.map((axis) => axis.output), channels];
}

const channelsFirstPermutation = (rank: number): number[] => [
  0,
  rank - 1,
  ...range(rank - 2).map((axis) => axis + 1),
];

/** [N, ...spatial, C] → [N, C, ...spatial]. */
export function toChannelsFirst(graph: GraphBuilder, x: Value): Value {
  if (x.virtual) return graph.images.channelsFirst(x);
  return graph.transpose(x, channelsFirstPermutation(x.shape.length));
}

/** [N, C, ...spatial] → [N, ...spatial, C]. */
export function toChannelsLast(graph: GraphBuilder, x: Value): Value {
  if (x.shape.length === 4 && x.dtype === "float32") return graph.images.fromChannelsFirst(x);
  return graph.untranspose(x, channelsFirstPermutation(x.shape.length));
}

/**
 * Cuts off the elements that negative padding skips from x's axes from `firstAxis` on; what remains has
 * padding of zero or more. With `exact`, trailing elements that no window reaches are cut off too, even where
 * a stride would skip them anyway.
 */
export function cropSkipped(
  graph: GraphBuilder,
  x: Value,
  axes: readonly WindowAxis[],
  firstAxis: number,
  exact = false,
): { readonly x: Value; readonly axes: readonly WindowAxis[] } {
  const cropped = axes.map((axis) => {
    const front = Math.max(0, -axis.before);
    const back = exact || -axis.after >= axis.stride ? Math.max(0, -axis.after) : 0;
    return {
      front,
      back,
      axis: {
        ...axis,
        input: axis.input - front - back,
        before: axis.before + front,
        after: axis.after + back,
      },
    };
  });
  const x2 = graph.slice(
    x,
    axes.map((_, index) => firstAxis + index),
    cropped.map(({ front }) => front),
    cropped.map(({ back }, index) => (axes[index] as WindowAxis).input - back),
  );
  return { x: x2, axes: cropped.map(({ axis }) => axis) };
}

/** ONNX's `pads`: all in front, then all behind. */
export function onnxPads(axes: readonly WindowAxis[]): number[] {
  return [...axes.map((axis) => axis.before), ...axes.map((axis) => Math.max(0, axis.after))];
}

/** Whether all padding is smaller than the window, as ONNX's pooling operators demand. */
export function padsWithinWindow(axes: readonly WindowAxis[]): boolean {
  return axes.every((axis) => Math.max(axis.before, axis.after) < spanOf(axis));
}

/**
 * The part of dy [N, ...outputs, C] that belongs to the windows. tfjs's own gradients leave the rounding mode
 * out, so dy may have more windows than its kernel looks at.
 */
export function ofWindows(graph: GraphBuilder, dy: Value, axes: readonly WindowAxis[]): Value {
  return graph.slice(
    dy,
    axes.map((_, index) => index + 1),
    axes.map(() => 0),
    axes.map((axis) => axis.output),
  );
}
