import type { GraphBuilder } from "../graph/builder.js";
import { range, sizeOf } from "../graph/shapes.js";
import type { Value } from "../graph/types.js";
import { gatherPatches, gatherSums, inputsOfOutputs, outputsOfInputs, partsOfInputs } from "./patches.js";
import type { WindowAxis } from "./windows.js";

/**
 * Convolutions of images, forward and backward, as matrix products over patches gathered from NHWC. Filters are
 * used as tfjs has them, HWIO: [kh · kw · I, O] without moving a weight. So these are the way where filters are
 * large beside the images, and where channels do not fill whole blocks.
 */

type Axes = readonly WindowAxis[];

/** [N, H, W, C] → [N · H · W, C] */
function pixelsOf(graph: GraphBuilder, x: Value): Value {
  const channels = x.shape[3] as number;
  return graph.reshape(graph.solid(x), [sizeOf(x.shape) / channels, channels]);
}

/** aᵀ? · bᵀ? of matrices. */
function gemm(graph: GraphBuilder, a: Value, b: Value, transposed: { a?: boolean; b?: boolean } = {}): Value {
  const rows = a.shape[transposed.a ? 1 : 0] as number;
  const columns = b.shape[transposed.b ? 0 : 1] as number;
  return graph.op(
    "Gemm",
    [a, b],
    { transA: transposed.a ? 1 : 0, transB: transposed.b ? 1 : 0 },
    { shape: [rows, columns], dtype: "float32" },
  );
}

/** Whether patches of dy are smaller than those of x. */
const isNarrower = (outer: number, inner: number, axes: Axes): boolean =>
  outer * sizeOf(axes.map(({ stride }) => stride)) < inner;

/** The filter HWIO as a matrix [kh · kw · I, O]. */
const matrixOf = (graph: GraphBuilder, filter: Value): Value =>
  graph.reshape(filter, [sizeOf(filter.shape.slice(0, 3)), filter.shape[3] as number]);

/** Drops taps that meet nothing but padding. */
function usedTaps(axes: Axes): { readonly axes: Axes; readonly first: number[]; readonly count: number[] } {
  const used = axes.map((axis) => {
    const table = inputsOfOutputs(axis);
    const taps = range(axis.filter).filter((tap) => table.some((row) => (row[tap] as number) >= 0));
    const first = taps[0] ?? 0;
    const count = Math.max(1, (taps.at(-1) ?? 0) - first + 1);
    return { first, count, axis: { ...axis, filter: count, before: axis.before - first * axis.dilation } };
  });
  return {
    axes: used.map(({ axis }) => axis),
    first: used.map(({ first }) => first),
    count: used.map(({ count }) => count),
  };
}

/** The rows and columns of a filter HWIO that meet pixels. */
function usedFilter(graph: GraphBuilder, filter: Value, axes: Axes): { filter: Value; axes: Axes } {
  const { first, count, axes: fewer } = usedTaps(axes);
  const ends = first.map((tap, index) => tap + (count[index] as number));
  return { filter: graph.slice(filter, [0, 1], first, ends), axes: fewer };
}

/** Convolution of x [N, H, W, I] with a filter HWIO: [N, H', W', O]. */
export function convolveByGemm(graph: GraphBuilder, x: Value, filter: Value, axes: Axes): Value {
  const used = usedFilter(graph, filter, axes);
  const [vertical, horizontal] = used.axes as [WindowAxis, WindowAxis];
  const patches = gatherPatches(graph, x, inputsOfOutputs(vertical), inputsOfOutputs(horizontal));
  const y = gemm(graph, patches, matrixOf(graph, used.filter));
  const shape = [x.shape[0] as number, vertical.output, horizontal.output, filter.shape[3] as number];
  return graph.images.fromChannelsLast(graph.reshape(y, shape));
}

/** The gradient in the filter, HWIO, from x [N, H, W, I] and dy [N, H', W', O]. */
export function gradientOfFilterByGemm(graph: GraphBuilder, x: Value, dy: Value, axes: Axes): Value {
  const { first, count, axes: used } = usedTaps(axes);
  const [vertical, horizontal] = used as [WindowAxis, WindowAxis];
  const [inner, outer] = [x.shape[3] as number, dy.shape[3] as number];
  const shape = [...count, inner, outer];
  let gradient: Value;
  if (isNarrower(outer, inner, axes)) {
    // Patches of the narrower image: [I, kh · kw · O].
    const patches = gatherPatches(graph, dy, outputsOfInputs(vertical), outputsOfInputs(horizontal));
    const byTap = graph.reshape(gemm(graph, pixelsOf(graph, x), patches, { a: true }), [
      inner,
      sizeOf(count),
      outer,
    ]);
    gradient = graph.reshape(graph.transpose(byTap, [1, 0, 2]), shape);
  } else {
    const patches = gatherPatches(graph, x, inputsOfOutputs(vertical), inputsOfOutputs(horizontal));
    gradient = graph.reshape(gemm(graph, patches, pixelsOf(graph, dy), { a: true }), shape);
  }
  const after = axes.map(({ filter }, index) => filter - (first[index] as number) - (count[index] as number));
  return graph.pad(gradient, [...first, 0, 0], [...after, 0, 0]);
}

/** The gradient in x, from dy [N, H', W', O]: [N, H, W, I]. */
export function gradientOfInputByGemm(graph: GraphBuilder, dy: Value, filter: Value, axes: Axes): Value {
  const used = usedFilter(graph, filter, axes);
  const [vertical, horizontal] = used.axes as [WindowAxis, WindowAxis];
  const [inner, outer] = filter.shape.slice(2) as [number, number];
  const batch = dy.shape[0] as number;
  const shape = [batch, vertical.input, horizontal.input, inner];
  const [down, across] = [vertical.filter, horizontal.filter];
  if (isNarrower(outer, inner, axes)) {
    const patches = gatherPatches(graph, dy, outputsOfInputs(vertical), outputsOfInputs(horizontal));
    const turned = graph.transpose(used.filter, [0, 1, 3, 2]);
    const weights = graph.reshape(turned, [down * across * outer, inner]);
    return graph.images.fromChannelsLast(graph.reshape(gemm(graph, patches, weights), shape));
  }
  // Every dy through the whole filter, then what belongs to each pixel summed.
  const spread = gemm(graph, pixelsOf(graph, dy), matrixOf(graph, used.filter), { b: true });
  const pieces = graph.reshape(spread, [batch, sizeOf(spread.shape) / (batch * inner), inner]);
  const rows = partsOfInputs(vertical, horizontal.output * down * across, across);
  const columns = partsOfInputs(horizontal, down * across, 1);
  const parts = gatherSums(graph, pieces, rows, columns);
  const pixels = batch * vertical.input * horizontal.input;
  const sums = graph.reduce(
    "ReduceSum",
    graph.reshape(parts, [pixels, sizeOf(parts.shape) / (pixels * inner), inner]),
    [1],
  );
  return graph.images.fromChannelsLast(graph.reshape(sums, shape));
}

/** Pixels of a whole batch up to which a filter is larger than what it is applied to. */
const FEW_PIXELS = 64;

/** Elements of a table of patches, at most. */
const MANY_ELEMENTS = 2 ** 24;

/** Whether patches for a product are of a size worth making. */
function fits(batch: number, axes: Axes, channels: number): boolean {
  const taps = sizeOf(axes.map(({ filter }) => filter));
  const places = sizeOf(axes.map(({ output }) => output));
  return batch * places * taps * channels <= MANY_ELEMENTS && places * taps <= 2 ** 20;
}

const pixelsOfOutput = (batch: number, axes: Axes): number =>
  batch * sizeOf(axes.map(({ output }) => output));

/** Whether {@link convolveByGemm} is faster than the blocked convolution. */
export function prefersGemmForForward(graph: GraphBuilder, x: Value, filter: Value, axes: Axes): boolean {
  const { images } = graph;
  const [inner, outer] = filter.shape.slice(2) as [number, number];
  const batch = x.shape[0] as number;
  if (!mayUseGemm(graph) || !fits(batch, axes, inner)) return false;
  if (pixelsOfOutput(batch, axes) <= FEW_PIXELS) return true;
  const block = images.block as number;
  return inner > block && outer > block && !(images.isBlocked(inner) && images.isBlocked(outer));
}

/** Whether {@link gradientOfInputByGemm} is faster than the blocked convolutions and scattering. */
export function prefersGemmForInput(graph: GraphBuilder, dy: Value, filter: Value, axes: Axes): boolean {
  const { images } = graph;
  const [inner, outer] = filter.shape.slice(2) as [number, number];
  const batch = dy.shape[0] as number;
  if (!mayUseGemm(graph) || !fits(batch, axes, inner)) return false;
  if (pixelsOfOutput(batch, axes) <= FEW_PIXELS) return true;
  if (images.isBlocked(inner) && images.isBlocked(outer)) return false;
  return isNarrower(outer, inner, axes) || inner >= FEW_PIXELS;
}

/** Whether {@link gradientOfFilterByGemm} is faster than the other ways to a filter's gradient. */
export function prefersGemmForFilter(graph: GraphBuilder, x: Value, dy: Value, axes: Axes): boolean {
  const { block } = graph.images;
  const [batch, inner, outer] = [x.shape[0] as number, x.shape[3] as number, dy.shape[3] as number];
  if (!mayUseGemm(graph) || !fits(batch, axes, Math.min(inner, outer))) return false;
  const byBatch = batch % (block as number) === 0 && graph.images.isBlocked(outer);
  return !byBatch || pixelsOfOutput(batch, axes) <= FEW_PIXELS;
}

const mayUseGemm = (graph: GraphBuilder): boolean =>
  graph.images.block !== undefined && !graph.without.has("products");
