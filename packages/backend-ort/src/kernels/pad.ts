import type {
  BatchToSpaceNDAttrs,
  DepthToSpaceAttrs,
  MirrorPadAttrs,
  PadV2Attrs,
  SpaceToBatchNDAttrs,
} from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import { range, sizeOf } from "../graph/shapes.js";
import type { Shape, TensorSpec, Value } from "../graph/types.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { rememberMoved } from "./moved-pixels.js";
import { spatially } from "./spatial.js";

type Paddings = readonly (readonly number[])[];

const isGrowth = (paddings: Paddings): boolean =>
  paddings.every((pair) => pair.every((amount) => Number.isInteger(amount) && amount >= 0));

const befores = (paddings: Paddings): number[] => paddings.map((pair) => pair[0] as number);
const afters = (paddings: Paddings): number[] => paddings.map((pair) => pair[1] as number);

/** Whether images [N, H, W, C] grow in height and width alone. */
const keepsChannels = (before: readonly number[], after: readonly number[]): boolean =>
  [before, after].every((amounts) => amounts.length === 4 && amounts[0] === 0 && amounts[3] === 0);

function paddedShape(shape: Shape, paddings: Paddings): number[] {
  return shape.map((dimension, axis) => {
    const [before = 0, after = 0] = paddings[axis] ?? [];
    return before + dimension + after;
  });
}

/** The constant as tfjs stores it in a tensor of this dtype; undefined when that is no ONNX value. */
function storedConstant(value: number, dtype: TensorSpec["dtype"]): number | undefined {
  if (dtype === "float32") return Math.fround(value);
  if (dtype === "int32") return value | 0;
  return value === 0 || value === 1 ? value : undefined;
}

const padV2 = defineKernel({
  name: "PadV2",
  inputs: ["x"],
  infer({ x }, { paddings, constantValue }: PadV2Attrs) {
    const fill = storedConstant(Number(constantValue), x.dtype);
    if (fill === undefined || !isGrowth(paddings) || paddings.length !== x.shape.length) return undefined;
    return single(
      { shape: paddedShape(x.shape, paddings), dtype: x.dtype },
      // JSON has no infinities and no NaN.
      {
        before: befores(paddings),
        after: afters(paddings),
        fill: Number.isFinite(fill) ? fill : String(fill),
      },
    );
  },
  lower(graph, { x }, { before, after, fill }) {
    if (!keepsChannels(before, after)) return graph.pad(x, before, after, Number(fill));
    const result = spatially(graph, x, (rows) => graph.pad(rows, before, after, Number(fill)));
    if (fill !== 0) return result;
    const taken = (axis: number): number[] => {
      const size = x.shape[axis] as number;
      return range(result.shape[axis] as number).map((index) => {
        const position = index - (before[axis] as number);
        return position < size ? Math.max(-1, position) : -1;
      });
    };
    return rememberMoved(x, result, taken(1), taken(2));
  },
});

/** The indices, within an axis of `size`, of that axis mirrored at both ends with the edges repeated. */
function symmetricIndices(size: number, before: number, after: number): number[] {
  return range(before + size + after).map((index) => {
    const position = index - before;
    if (position < 0) return -1 - position;
    return position < size ? position : 2 * size - 1 - position;
  });
}

function padSymmetrically(
  graph: GraphBuilder,
  x: Value,
  before: readonly number[],
  after: readonly number[],
): Value {
  return x.shape.reduce((value, size, axis) => {
    const [front, back] = [before[axis] as number, after[axis] as number];
    if (front === 0 && back === 0) return value;
    return graph.gather(value, graph.ints(symmetricIndices(size, front, back)), axis);
  }, x);
}

const mirrorPad = defineKernel({
  name: "MirrorPad",
  inputs: ["x"],
  infer({ x }, { paddings, mode }: MirrorPadAttrs) {
    const symmetric = mode === "symmetric";
    const fits = paddings.every((pair, axis) =>
      pair.every((amount) => amount <= (x.shape[axis] as number) - (symmetric ? 0 : 1)),
    );
    if (!fits || !isGrowth(paddings) || paddings.length !== x.shape.length) return undefined;
    const params = { before: befores(paddings), after: afters(paddings), symmetric };
    return single({ shape: paddedShape(x.shape, paddings), dtype: x.dtype }, params);
  },
  lower(graph, { x }, { before, after, symmetric }) {
    const mirror = (value: Value): Value =>
      symmetric
        ? padSymmetrically(graph, value, before, after)
        : graph.pad(value, before, after, 0, "reflect");
    return keepsChannels(before, after) ? spatially(graph, x, mirror) : mirror(x);
  },
});

const spaceToBatchND = defineKernel({
  name: "SpaceToBatchND",
  inputs: ["x"],
  infer({ x }, { blockShape, paddings }: SpaceToBatchNDAttrs) {
    const complete = [[0, 0], ...paddings];
    const padded = paddedShape(x.shape, complete);
    const divides = blockShape.every((block, index) => (padded[index + 1] as number) % block === 0);
    if (!divides || !isGrowth(paddings)) return undefined;
    const shape = padded.map((dimension, axis) =>
      axis === 0 ? dimension * sizeOf(blockShape) : dimension / (blockShape[axis - 1] ?? 1),
    );
    return single(
      { shape, dtype: x.dtype },
      { blocks: [...blockShape], paddings: complete.map((pair) => [...pair]) },
    );
  },
  lower(graph, { x }, { blocks, paddings }, [output]) {
    const pairs = x.shape.map((_, axis) => paddings[axis] ?? [0, 0]);
    const padded = graph.pad(x, befores(pairs), afters(pairs));
    const [batch, ...rest] = padded.shape as [number, ...number[]];
    // [batch, (rows, block) for each blocked axis, ...rest] → [...blocks, batch, ...rows, ...rest]
    const split = rest.flatMap((dimension, index) => {
      const block = blocks[index];
      return block === undefined ? [dimension] : [dimension / block, block];
    });
    const count = blocks.length;
    const permutation = [
      ...range(count).map((index) => 2 * index + 2),
      0,
      ...range(count).map((index) => 2 * index + 1),
      ...range(rest.length - count).map((index) => 2 * count + 1 + index),
    ];
    const blocked = graph.transpose(graph.reshape(padded, [batch, ...split]), permutation);
    return graph.reshape(blocked, (output as TensorSpec).shape);
  },
});

/** [...blocks, batch, ...rows, ...rest] → [batch, ...rows · blocks, ...rest], the reverse of the above. */
function interleaveBlocks(graph: GraphBuilder, x: Value, blocks: readonly number[]): Value {
  const count = blocks.length;
  const [total, ...rest] = x.shape as [number, ...number[]];
  const batch = total / sizeOf(blocks);
  const permutation = [
    count,
    ...range(count).flatMap((index) => [count + 1 + index, index]),
    ...range(rest.length - count).map((index) => 2 * count + 1 + index),
  ];
  const separate = graph.transpose(graph.reshape(x, [...blocks, batch, ...rest]), permutation);
  return graph.reshape(separate, [
    batch,
    ...rest.map((dimension, index) => dimension * (blocks[index] ?? 1)),
  ]);
}

const batchToSpaceND = defineKernel({
  name: "BatchToSpaceND",
  inputs: ["x"],
  infer({ x }, { blockShape, crops }: BatchToSpaceNDAttrs) {
    const [batch, ...rest] = x.shape as [number, ...number[]];
    const blocks = sizeOf(blockShape);
    if (batch % blocks !== 0 || !isGrowth(crops)) return undefined;
    const sizes = rest.map((dimension, index) => {
      const [front = 0, back = 0] = crops[index] ?? [];
      return dimension * (blockShape[index] ?? 1) - front - back;
    });
    if (sizes.some((size) => size < 1)) return undefined;
    const params = { blocks: [...blockShape], starts: befores(crops), sizes };
    return single({ shape: [batch / blocks, ...sizes], dtype: x.dtype }, params);
  },
  lower(graph, { x }, { blocks, starts, sizes }) {
    const axes = starts.map((_, index) => index + 1);
    const ends = starts.map((start, index) => start + (sizes[index] as number));
    return graph.slice(interleaveBlocks(graph, x, blocks), axes, starts, ends);
  },
});

const depthToSpace = defineKernel({
  name: "DepthToSpace",
  inputs: ["x"],
  infer({ x }, { blockSize, dataFormat }: DepthToSpaceAttrs) {
    if (dataFormat === "NCHW") return undefined;
    const [batch, height, width, depth] = x.shape as [number, number, number, number];
    const shape = [batch, height * blockSize, width * blockSize, depth / (blockSize * blockSize)];
    return single({ shape, dtype: x.dtype }, { blockSize });
  },
  lower(graph, { x }, { blockSize }, [output]) {
    const [batch, height, width] = x.shape as [number, number, number, number];
    const { shape } = output as TensorSpec;
    // [B, H, W, block, block, D] → [B, H, block, W, block, D]
    const split = graph.reshape(x, [batch, height, width, blockSize, blockSize, shape[3] as number]);
    return graph.reshape(graph.transpose(split, [0, 1, 3, 2, 4, 5]), shape);
  },
});

export const padKernels: readonly KernelSpec[] = [
  padV2,
  mirrorPad,
  spaceToBatchND,
  batchToSpaceND,
  depthToSpace,
];
