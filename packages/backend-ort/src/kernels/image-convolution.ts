import { blockedConv } from "../graph/blocked.js";
import type { GraphBuilder } from "../graph/builder.js";
import { sizeOf } from "../graph/shapes.js";
import type { Value } from "../graph/types.js";
import { coveredBy, padMissed, scatterAttributes } from "./convolution-lowering.js";
import { cropSkipped, ofWindows, onnxPads, type WindowAxis } from "./windows.js";

/**
 * Convolutions of images, forward and backward, in the layouts of `graph/images.ts`: blocked where the
 * numbers of channels allow it, plain NCHW otherwise. Filters are HWIO, as tfjs has them.
 */

type Axes = readonly WindowAxis[];
type FilterShape = readonly [number, number, number, number];

/** Channels that ONNX Runtime's blocked convolution reads straight from NCHW: fewer than a block. */
function readsPlain(graph: GraphBuilder, channels: number): boolean {
  return graph.images.block !== undefined && channels < graph.images.block;
}

/**
 * [rows, inner · block, columns] → [columns / block, rows, inner, block · block]: a filter [.., in, out] in
 * tiles of `block` × `block` channels, each a contiguous row.
 */
function tiles(graph: GraphBuilder, filter: Value, rows: number, inner: number, outer: number, block: number): Value {
  const asImage = graph.reshape(filter, [1, rows * inner, 1, outer]);
  const blocked = graph.images.spaceOf(outer).enter(graph, asImage);
  return graph.reshape(blocked, [outer / block, rows, inner / block, block * block]);
}

/** A filter HWIO for the blocked convolution: [O, I, kh, kw] declared. */
function blockedFilter(graph: GraphBuilder, filter: Value): Value {
  const [height, width, inner, outer] = filter.shape as unknown as FilterShape;
  const block = graph.images.block as number;
  if (readsPlain(graph, inner)) {
    const asImage = graph.reshape(filter, [1, height * width * inner, 1, outer]);
    const blocked = graph.images.spaceOf(outer).enter(graph, asImage);
    const rows = graph.reshape(blocked, [outer / block, height * width, inner, block]);
    return graph.reshape(graph.transpose(rows, [0, 2, 1, 3]), [outer, inner, height, width]);
  }
  const tiled = tiles(graph, filter, height * width, inner, outer, block);
  return graph.reshape(graph.transpose(tiled, [0, 2, 1, 3]), [outer, inner, height, width]);
}

const sizes = (axes: Axes): number[] => axes.map((axis) => axis.output);

/** Convolution of x [N, H, W, I] with a filter HWIO: [N, H', W', O]. */
export function convolveImage(graph: GraphBuilder, x: Value, filter: Value, axes: Axes): Value {
  const { images } = graph;
  const inner = x.shape[3] as number;
  const outer = filter.shape[3] as number;
  const whole = axes.every((axis) => axis.before >= 0 && -axis.after < axis.stride);
  const cropped = whole ? { x, axes } : cropSkipped(graph, x, axes, 1);
  const attributes = {
    kernel_shape: axes.map((axis) => axis.filter),
    strides: axes.map((axis) => axis.stride),
    dilations: axes.map((axis) => axis.dilation),
    pads: onnxPads(cropped.axes),
    group: 1,
  };
  const shape = [x.shape[0] as number, outer, ...sizes(axes)];
  if (images.isBlocked(outer) && (images.isBlocked(inner) || readsPlain(graph, inner))) {
    const split = images.isBlocked(inner) && whole ? convolveByPhases(graph, x, filter, axes) : undefined;
    if (split) return split;
    const input = readsPlain(graph, inner) ? images.channelsFirst(cropped.x) : images.physical(cropped.x);
    return images.wrap(blockedConv(graph, input, blockedFilter(graph, filter), undefined, undefined, attributes, shape));
  }
  const plain = graph.op("Conv", [images.channelsFirst(cropped.x), graph.transpose(filter, [3, 2, 0, 1])], attributes, {
    shape,
    dtype: "float32",
  });
  return images.fromChannelsFirst(plain);
}

/** Narrower outputs leave the blocked convolution's registers half empty when it has a stride. */
const NARROW = 8;

/** Multiplications from which on that outweighs the time of a dozen more nodes. */
const WORTH_SPLITTING = 5e7;

/**
 * A convolution with a stride as a sum of convolutions without one: the input's pixels are dealt out by their
 * place modulo the stride, as are the filter's taps.
 */
function convolveByPhases(graph: GraphBuilder, x: Value, filter: Value, axes: Axes): Value | undefined {
  const { images } = graph;
  const [vertical, horizontal] = axes as readonly [WindowAxis, WindowAxis];
  const multiplications = sizeOf(sizes(axes)) * sizeOf(filter.shape) * (x.shape[0] as number);
  if (graph.without.has("narrow") || horizontal.output >= NARROW || horizontal.stride === 1 || multiplications < WORTH_SPLITTING) return undefined;
  const rows = inputPhases(vertical);
  const columns = inputPhases(horizontal);
  if (!rows || !columns) return undefined;
  const [batch, , , inner] = x.shape as unknown as FilterShape;
  const outer = filter.shape[3] as number;
  const block = images.block as number;
  const [high, wide] = [vertical.input / vertical.stride, horizontal.input / horizontal.stride];
  const pixels = graph.reshape(images.physical(x), [((batch * inner) / block) * high, vertical.stride, wide, horizontal.stride * block]);
  const taps = graph.reshape(blockedFilter(graph, filter), [
    outer / block, inner / block, vertical.filter, horizontal.filter, block * block,
  ]);
  const shape = [batch, outer, vertical.output, horizontal.output];
  let sum: Value | undefined;
  for (const [y, row] of rows.entries()) {
    const line = graph.slice(pixels, [1], [y], [y + 1]);
    for (const [place, column] of columns.entries()) {
      const picked = graph.slice(line, [3], [place * block], [(place + 1) * block]);
      const filterPart = graph.slice(
        taps,
        [2, 3],
        [row.first, column.first],
        [vertical.filter, horizontal.filter],
        [vertical.stride, horizontal.stride],
      );
      const attributes = {
        kernel_shape: [row.count, column.count],
        strides: [1, 1],
        pads: [row.before, column.before, row.after, column.after],
        group: 1,
      };
      const part = graph.reshape(filterPart, [outer, inner, row.count, column.count]);
      sum = blockedConv(graph, graph.reshape(picked, [batch, inner, high, wide]), part, undefined, sum, attributes, shape);
    }
  }
  return images.wrap(sum as Value);
}

/** The phases of an axis's input: position stride · q + phase meets output o through tap first + stride · j, q = o + j − before. */
function inputPhases(axis: WindowAxis): Phase[] | undefined {
  if (axis.input % axis.stride !== 0 || axis.dilation !== 1) return undefined;
  const size = axis.input / axis.stride;
  const phases: Phase[] = [];
  for (let phase = 0; phase < axis.stride; phase++) {
    const first = (phase + axis.before) % axis.stride;
    const count = Math.ceil((axis.filter - first) / axis.stride);
    const before = (axis.before + phase - first) / axis.stride;
    const after = axis.output + count - 1 - before - size;
    if (count < 1 || after < 0) return undefined;
    phases.push({ first, count, before, after, size });
  }
  return phases;
}

/** One phase of a strided convolution's input gradient along one axis. */
interface Phase {
  /** Taps of the filter that reach this phase, in the order in which they meet rising dy. */
  readonly first: number;
  readonly count: number;
  readonly before: number;
  readonly after: number;
  readonly size: number;
}

/**
 * Splits positions p of the input by p mod stride. Position stride · q + phase meets dy[q + c − j] with the
 * filter's tap r + stride · j: a convolution of stride 1 with the filter's taps backwards.
 */
function phasesOf(axis: WindowAxis): Phase[] | undefined {
  if (axis.input % axis.stride !== 0 || (axis.dilation !== 1 && axis.stride !== 1)) return undefined;
  const size = axis.input / axis.stride;
  const phases: Phase[] = [];
  for (let phase = 0; phase < axis.stride; phase++) {
    const remainder = (phase + axis.before) % axis.stride;
    const count = Math.ceil((axis.filter - remainder) / axis.stride);
    const shift = (phase + axis.before - remainder) / axis.stride;
    const reach = (count - 1) * axis.dilation;
    const before = reach - shift;
    const after = size + shift - axis.output;
    if (count < 1 || before < 0 || after < 0) return undefined;
    phases.push({ first: remainder, count, before, after, size });
  }
  return phases;
}

/** The gradient of {@link convolveImage} in x, from dy [N, H', W', O]: [N, H, W, I]; undefined when it has to be scattered. */
export function gradientOfInputByPhases(graph: GraphBuilder, dy: Value, filter: Value, axes: Axes): Value | undefined {
  const { images } = graph;
  const [height, width, inner, outer] = filter.shape as unknown as FilterShape;
  if (!images.isBlocked(inner) || !images.isBlocked(outer) || graph.without.has("phases")) return undefined;
  if (axes.some((axis) => axis.before < 0)) return undefined;
  const [vertical, horizontal] = axes as readonly [WindowAxis, WindowAxis];
  const rows = phasesOf(vertical);
  const columns = phasesOf(horizontal);
  if (!rows || !columns) return undefined;

  const block = images.block as number;
  const batch = dy.shape[0] as number;
  const physical = images.physical(ofWindows(graph, dy, axes));
  // Channels change places: dy's are contracted. [I / block, O / block, kh, kw, block · block]
  const turned = graph.transpose(filter, [0, 1, 3, 2]);
  const tiled = graph.reshape(tiles(graph, turned, height * width, outer, inner, block), [
    inner / block, height, width, outer / block, block * block,
  ]);
  const taps = graph.transpose(tiled, [0, 3, 1, 2, 4]);
  const convolved = rows.map((row) =>
    columns.map((column) => {
      const picked = graph.slice(
        taps,
        [2, 3],
        [row.first + (row.count - 1) * vertical.stride, column.first + (column.count - 1) * horizontal.stride],
        [row.first - 1, column.first - 1],
        [-vertical.stride, -horizontal.stride],
      );
      const attributes = {
        kernel_shape: [row.count, column.count],
        strides: [1, 1],
        dilations: [vertical.dilation, horizontal.dilation],
        pads: [row.before, column.before, row.after, column.after],
        group: 1,
      };
      const phaseFilter = graph.reshape(picked, [inner, outer, row.count, column.count]);
      return blockedConv(graph, physical, phaseFilter, undefined, undefined, attributes, [batch, inner, row.size, column.size]);
    }),
  );
  // Interleave columns, then rows; blocks of channels stay whole.
  const blocks = (batch * inner) / block;
  const [row, column] = [rows[0] as Phase, columns[0] as Phase];
  const lines = convolved.map((phases) =>
    graph.reshape(
      graph.concat(phases.map((phase) => graph.reshape(phase, [blocks * row.size, column.size, block])), 2),
      [blocks * row.size, 1, horizontal.input * block],
    ),
  );
  return images.wrap(graph.reshape(graph.concat(lines, 1), [batch, inner, vertical.input, horizontal.input]));
}

/**
 * The gradient of {@link convolveImage} in the filter, HWIO, as one three-dimensional convolution: the batch is
 * contracted as channels are, x's channels are its depth, and dy is the filter. x stays as it is in NCHW.
 */
export function gradientOfFilter(graph: GraphBuilder, x: Value, dy: Value, axes: Axes): Value {
  const { images } = graph;
  const cropped = axes.every((axis) => axis.before >= 0 && axis.after >= 0) ? { x, axes } : cropSkipped(graph, x, axes, 1, true);
  const data = images.channelsFirst(cropped.x);
  const [batch, inner, ...size] = data.shape as unknown as FilterShape;
  const filter = graph.transpose(images.channelsFirst(ofWindows(graph, dy, axes)), [1, 0, 2, 3]);
  const outer = filter.shape[0] as number;
  const pads = onnxPads(cropped.axes) as [number, number, number, number];
  const gradient = graph.op(
    "Conv",
    [graph.reshape(data, [1, batch, inner, ...size]), graph.reshape(filter, [outer, batch, 1, ...sizes(axes)])],
    {
      kernel_shape: [1, ...sizes(axes)],
      strides: [1, ...axes.map((axis) => axis.dilation)],
      dilations: [1, ...axes.map((axis) => axis.stride)],
      pads: [0, pads[0], pads[1], 0, pads[2], pads[3]],
      group: 1,
    },
    { shape: [1, outer, inner, ...axes.map((axis) => axis.filter)], dtype: "float32" },
  );
  // OIHW → HWIO in two steps, a matrix transposed and rows moved whole: three times as fast as one.
  const [height, width] = axes.map((axis) => axis.filter) as [number, number];
  const matrix = graph.transpose(graph.reshape(gradient, [outer, inner * height * width]), [1, 0]);
  const rows = graph.transpose(graph.reshape(matrix, [inner, height * width, outer]), [1, 0, 2]);
  return graph.reshape(rows, [height, width, inner, outer]);
}

/** The gradient of {@link convolveImage} in x for any windows: every dy is scattered through the filter. */
export function gradientOfInputByScattering(graph: GraphBuilder, dy: Value, filter: Value, axes: Axes): Value {
  const { images } = graph;
  const shape = [dy.shape[0] as number, filter.shape[2] as number, ...coveredBy(axes)];
  const inputs = [images.channelsFirst(ofWindows(graph, dy, axes)), graph.transpose(filter, [3, 2, 0, 1])];
  const dx = graph.op("ConvTranspose", inputs, scatterAttributes(axes, 1), { shape, dtype: "float32" });
  return images.fromChannelsFirst(padMissed(graph, dx, axes));
}
