import type { GraphBuilder } from "../graph/builder.js";
import { range } from "../graph/shapes.js";
import type { Value } from "../graph/types.js";
import type { WindowAxis } from "./windows.js";

type ImageShape = readonly [number, number, number, number];

/** For one axis: at [place][tap] the position met, -1 for none. As many taps at each place. */
export type AxisPatches = readonly (readonly number[])[];

/** Inputs that each output meets. */
export const inputsOfOutputs = (axis: WindowAxis): AxisPatches =>
  range(axis.output).map((output) =>
    range(axis.filter).map((tap) => {
      const input = output * axis.stride + tap * axis.dilation - axis.before;
      return input >= 0 && input < axis.input ? input : -1;
    }),
  );

/** Outputs that meet each input, one for each tap. */
export const outputsOfInputs = (axis: WindowAxis): AxisPatches =>
  range(axis.input).map((input) =>
    range(axis.filter).map((tap) => {
      const output = (input - tap * axis.dilation + axis.before) / axis.stride;
      return Number.isInteger(output) && output >= 0 && output < axis.output ? output : -1;
    }),
  );

/** Outputs and taps that meet each input, as output · `outputStep` + tap · `tapStep`; filled up with -1. */
export function partsOfInputs(axis: WindowAxis, outputStep: number, tapStep: number): AxisPatches {
  const met = outputsOfInputs(axis).map((outputs) =>
    outputs.flatMap((output, tap) => (output < 0 ? [] : [output * outputStep + tap * tapStep])),
  );
  const most = Math.max(1, ...met.map(({ length }) => length));
  return met.map((places) => [...places, ...range(most - places.length).map(() => -1)]);
}

/** Narrower pixels are gathered in two steps: columns, then rows of several pixels. */
const NARROW = 16;

const tapsOf = (patches: AxisPatches): number => patches[0]?.length ?? 0;

/** Every position times `factor`; -1 stays. */
const scaled = (patches: AxisPatches, factor: number): AxisPatches =>
  patches.map((taps) => taps.map((position) => (position < 0 ? -1 : position * factor)));

/** Pixels of x [N, H, W, C] at each place: [N · rows · columns, taps · taps · C], zeros for -1. */
export function gatherPatches(graph: GraphBuilder, x: Value, rows: AxisPatches, columns: AxisPatches): Value {
  const [batch, height, width, channels] = x.shape as ImageShape;
  const solid = graph.solid(x);
  const across = tapsOf(columns);
  if (channels >= NARROW || across === 1) {
    const flat = graph.reshape(solid, [batch, height * width, channels]);
    return gatherSums(graph, flat, scaled(rows, width), columns);
  }
  // A column of zeros behind the image, where there is none.
  const outside = columns.some((taps) => taps.includes(-1));
  const padded = graph.pad(solid, [0, 0, 0, 0], [0, 0, Number(outside), 0]);
  const positions = columns.flat().map((column) => (column < 0 ? width : column));
  const lines = graph.gather(padded, indices(graph, positions), 2);
  const strips = graph.reshape(lines, [batch, height * columns.length, across * channels]);
  const eachColumn = range(columns.length).map((column) => [column]);
  return gatherSums(graph, strips, scaled(rows, columns.length), eachColumn);
}

/**
 * Elements of x [N, P, C] at row + column for each place, and then for each of its taps:
 * [N · rows · columns, taps · taps · C], zeros where either is -1.
 */
export function gatherSums(graph: GraphBuilder, x: Value, rows: AxisPatches, columns: AxisPatches): Value {
  const [batch, places, channels] = x.shape as readonly [number, number, number];
  const positions = rows.flatMap((row) =>
    columns.flatMap((column) =>
      row.flatMap((first) => column.map((second) => (first < 0 || second < 0 ? -1 : first + second))),
    ),
  );
  const shape = [
    batch * rows.length * columns.length,
    (positions.length / (rows.length * columns.length)) * channels,
  ];
  if (positions.length === places && positions.every((position, place) => position === place))
    return graph.reshape(x, shape);
  const padded = positions.includes(-1) ? graph.pad(x, [0, 0, 0], [0, 1, 0]) : x;
  const found = positions.map((position) => (position < 0 ? places : position));
  return graph.reshape(graph.gather(padded, indices(graph, found), 1), shape);
}

const indices = (graph: GraphBuilder, positions: readonly number[]): Value =>
  graph.constant("int32", [positions.length], Int32Array.from(positions));
