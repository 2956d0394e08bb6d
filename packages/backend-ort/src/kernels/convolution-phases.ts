import { blockedConv } from "../graph/blocked.js";
import type { GraphBuilder } from "../graph/builder.js";
import { sizeOf } from "../graph/shapes.js";
import type { Value } from "../graph/types.js";
import { blockedFilter, depthwiseBlocks, turnedFilter, turnedPhases } from "./blocked-filter.js";
import { ofWindows, type WindowAxis } from "./windows.js";

/**
 * Convolutions with a stride, and their gradients, as convolutions without one: positions are dealt out by their
 * place modulo the stride, the phase.
 */

type Axes = readonly WindowAxis[];
type FilterShape = readonly [number, number, number, number];

/** Narrower outputs leave the blocked convolution's registers half empty when it has a stride. */
const NARROW = 8;

/** Multiplications from which on that outweighs the time of a dozen more nodes. */
const WORTH_SPLITTING = 5e7;

/**
 * A convolution with a stride as a sum of convolutions without one: the input's pixels are dealt out by their
 * place modulo the stride, as are the filter's taps.
 */
export function convolveByPhases(
  graph: GraphBuilder,
  x: Value,
  filter: Value,
  axes: Axes,
): Value | undefined {
  const { images } = graph;
  const [vertical, horizontal] = axes as readonly [WindowAxis, WindowAxis];
  const multiplications =
    sizeOf(axes.map((axis) => axis.output)) * sizeOf(filter.shape) * (x.shape[0] as number);
  if (
    graph.without.has("narrow") ||
    horizontal.output >= NARROW ||
    horizontal.stride === 1 ||
    multiplications < WORTH_SPLITTING
  )
    return undefined;
  const rows = inputPhases(vertical);
  const columns = inputPhases(horizontal);
  if (!rows || !columns) return undefined;
  const [batch, , , inner] = x.shape as unknown as FilterShape;
  const outer = filter.shape[3] as number;
  const block = images.block as number;
  const [high, wide] = [vertical.input / vertical.stride, horizontal.input / horizontal.stride];
  const pixels = graph.reshape(images.physical(x), [
    ((batch * inner) / block) * high,
    vertical.stride,
    wide,
    horizontal.stride * block,
  ]);
  const taps = graph.reshape(blockedFilter(graph, filter), [
    outer / block,
    inner / block,
    vertical.filter,
    horizontal.filter,
    block * block,
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
      sum = blockedConv(
        graph,
        graph.reshape(picked, [batch, inner, high, wide]),
        part,
        undefined,
        sum,
        attributes,
        shape,
      );
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
  if (axis.dilation !== 1 && axis.stride !== 1) return undefined;
  // All phases are as long as the longest: what lies beyond the input is cut off.
  const size = Math.ceil(axis.input / axis.stride);
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

/** Of filters up to so many elements all phases' taps are dealt out at once: fewer nodes, one more pass over them. */
const DEALT_AT_ONCE = 1 << 17;

/** The taps of each phase, backwards, for the blocked convolution: [I, O, rows, columns]. */
function phaseFilters(graph: GraphBuilder, filter: Value, axes: Axes): (row: Phase, column: Phase) => Value {
  const [height, width, inner, outer] = filter.shape as unknown as FilterShape;
  const [vertical, horizontal] = axes.map(({ stride }) => stride) as [number, number];
  const isEven = height % vertical === 0 && width % horizontal === 0;
  if (isEven && vertical * horizontal > 1 && sizeOf(filter.shape) <= DEALT_AT_ONCE) {
    const phases = turnedPhases(graph, filter, vertical, horizontal);
    return (row, column) => phases[row.first * horizontal + column.first] as Value;
  }
  const taps = turnedFilter(graph, filter);
  return (row, column) => {
    const picked = graph.slice(
      taps,
      [2, 3],
      [row.first + (row.count - 1) * vertical, column.first + (column.count - 1) * horizontal],
      [row.first - 1, column.first - 1],
      [-vertical, -horizontal],
    );
    return graph.reshape(picked, [inner, outer, row.count, column.count]);
  };
}

/** The gradient of {@link convolveImage} in x, from dy [N, H', W', O]: [N, H, W, I]; undefined when it has to be scattered. */
export function gradientOfInputByPhases(
  graph: GraphBuilder,
  dy: Value,
  filter: Value,
  axes: Axes,
): Value | undefined {
  const { images } = graph;
  const [, , inner, outer] = filter.shape as unknown as FilterShape;
  if (!images.isBlocked(inner) || !images.isBlocked(outer) || graph.without.has("phases")) return undefined;
  const filterOf = phaseFilters(graph, filter, axes);
  return convolvePhases(graph, dy, { axes, channels: inner, groups: 1, filterOf });
}

/**
 * The gradient of a depthwise convolution, one output for each channel, in x, from dy [N, H', W', C] and the filter
 * [kh, kw, C, 1]: [N, H, W, C]; undefined when it has to be scattered.
 */
export function depthwiseGradientByPhases(
  graph: GraphBuilder,
  dy: Value,
  filter: Value,
  axes: Axes,
): Value | undefined {
  const { images } = graph;
  const [, , channels, multiplier] = filter.shape as unknown as FilterShape;
  if (multiplier !== 1 || !images.isBlocked(channels) || graph.without.has("phases")) return undefined;
  const [vertical, horizontal] = axes as readonly [WindowAxis, WindowAxis];
  const filterOf = (row: Phase, column: Phase): Value => {
    const taps = graph.slice(
      filter,
      [0, 1],
      [row.first + (row.count - 1) * vertical.stride, column.first + (column.count - 1) * horizontal.stride],
      [row.first - 1, column.first - 1],
      [-vertical.stride, -horizontal.stride],
    );
    return depthwiseBlocks(graph, taps);
  };
  return convolvePhases(graph, dy, { axes, channels, groups: channels, filterOf });
}

interface PhaseConvolutions {
  readonly axes: Axes;
  /** Of the result. */
  readonly channels: number;
  readonly groups: number;
  /** The taps of a phase, backwards, for the blocked convolution. */
  filterOf(row: Phase, column: Phase): Value;
}

/** One convolution of dy for each phase, interleaved: [N, H, W, C]; undefined where the windows have no phases. */
function convolvePhases(
  graph: GraphBuilder,
  dy: Value,
  { axes, channels, groups, filterOf }: PhaseConvolutions,
): Value | undefined {
  if (axes.some((axis) => axis.before < 0)) return undefined;
  const [vertical, horizontal] = axes as readonly [WindowAxis, WindowAxis];
  const rows = phasesOf(vertical);
  const columns = phasesOf(horizontal);
  if (!rows || !columns) return undefined;
  const { images } = graph;
  const block = images.block as number;
  const physical = images.physical(ofWindows(graph, dy, axes));
  const batch = physical.shape[0] as number;
  const convolved = rows.map((row) =>
    columns.map((column) => {
      const attributes = {
        kernel_shape: [row.count, column.count],
        strides: [1, 1],
        dilations: [vertical.dilation, horizontal.dilation],
        pads: [row.before, column.before, row.after, column.after],
        group: groups,
      };
      return blockedConv(graph, physical, filterOf(row, column), undefined, undefined, attributes, [
        batch,
        channels,
        row.size,
        column.size,
      ]);
    }),
  );
  // Interleave columns, then rows; blocks of channels stay whole.
  const blocks = (batch * channels) / block;
  const [row, column] = [rows[0] as Phase, columns[0] as Phase];
  const [high, wide] = [row.size * vertical.stride, column.size * horizontal.stride];
  const lines = convolved.map((phases) =>
    graph.reshape(
      graph.concat(
        phases.map((phase) => graph.reshape(phase, [blocks * row.size, column.size, block])),
        2,
      ),
      [blocks * row.size, 1, wide * block],
    ),
  );
  const all = graph.reshape(graph.concat(lines, 1), [blocks, high, wide, block]);
  const inside = graph.slice(all, [1, 2], [0, 0], [vertical.input, horizontal.input]);
  return images.wrap(graph.reshape(inside, [batch, channels, vertical.input, horizontal.input]));
}
