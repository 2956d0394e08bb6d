import {
  add,
  avgPool,
  backend_util,
  cast,
  conv2d,
  depthwiseConv2d,
  div,
  engine,
  equal,
  getBackend,
  image,
  mul,
  type NamedAttrMap,
  type NamedTensorMap,
  onesLike,
  pad,
  reshape,
  reverse,
  scalar,
  slice,
  sub,
  type Tensor,
  type Tensor4D,
  tensor4d,
} from "@tensorflow/tfjs-core";
import { registerFromInputs, zeroGradients } from "./register.js";
import { stopGradient, withoutGradient } from "./stop-gradient.js";

// The part of the attributes of tfjs's image kernels that their gradients read.
type Pair = [number, number];
type Padding = "valid" | "same" | number;
const run = (kernel: string, inputs: Record<string, Tensor>, attributes: NamedAttrMap) =>
  engine().runKernel(kernel, inputs as NamedTensorMap, attributes) as Tensor4D;

/** A row of `gradient` along one axis, put at `start` of an axis of `size`. */
function placeReversed(
  gradient: Tensor,
  axis: number,
  from: number,
  count: number,
  start: number,
  size: number,
) {
  const begin = gradient.shape.map((_size, index) => (index === axis ? from : 0));
  const extent = gradient.shape.map((length, index) => (index === axis ? count : length));
  const paddings = gradient.shape.map(
    (_size, index): Pair => (index === axis ? [start, size - start - count] : [0, 0]),
  );
  return pad(reverse(slice(gradient, begin, extent), axis), paddings);
}

/** The adjoint of mirror padding: what was copied out is folded back, axis by axis. */
function foldMirrorPad(
  dy: Tensor,
  shape: readonly number[],
  paddings: readonly Pair[],
  mode: unknown,
): Tensor {
  const edge = mode === "reflect" ? 1 : 0;
  return shape.reduce((gradient: Tensor, size, axis) => {
    const [before, after] = paddings[axis] as Pair;
    const begin = gradient.shape.map((_size, index) => (index === axis ? before : 0));
    const extent = gradient.shape.map((length, index) => (index === axis ? size : length));
    let folded = slice(gradient, begin, extent);
    if (before > 0) folded = add(folded, placeReversed(gradient, axis, 0, before, edge, size));
    if (after > 0) {
      folded = add(folded, placeReversed(gradient, axis, before + size, after, size - edge - after, size));
    }
    return folded;
  }, dy);
}

/** What `values` holds where each window of x has its first maximum: the adjoint of MaxPoolGrad in dy. */
function pickMaxima(values: Tensor4D, x: Tensor4D, y: Tensor4D, attributes: NamedAttrMap): Tensor {
  const {
    filterSize,
    strides,
    pad: padding,
    dimRoundingMode,
  } = attributes as unknown as {
    filterSize: Pair;
    strides: Pair;
    pad: Padding;
    dimRoundingMode?: "floor";
  };
  const info = backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, padding, dimRoundingMode);
  const { outHeight, outWidth, strideHeight, strideWidth, padInfo, inChannels, batchSize } = info;
  const extend = (tensor: Tensor4D, fill: number) =>
    pad(
      tensor,
      [
        [0, 0],
        [
          padInfo.top,
          Math.max(0, outHeight * strideHeight + info.filterHeight - 1 - padInfo.top - info.inHeight),
        ],
        [
          padInfo.left,
          Math.max(0, outWidth * strideWidth + info.filterWidth - 1 - padInfo.left - info.inWidth),
        ],
        [0, 0],
      ],
      fill,
    );
  /** The element at (row, column) of every window. */
  const elementOf = (extended: Tensor, row: number, column: number) => {
    const extent = [batchSize, outHeight * strideHeight, outWidth * strideWidth, inChannels];
    const shifted = slice(extended, [0, row, column, 0], extent);
    const phases = reshape(shifted, [
      batchSize * outHeight,
      strideHeight,
      outWidth,
      strideWidth * inChannels,
    ]);
    const first = slice(phases, [0, 0, 0, 0], [batchSize * outHeight, 1, outWidth, inChannels]);
    return reshape(first, y.shape);
  };
  const [inputs, picked] = [extend(x, -3e38), extend(values, 0)];
  let free: Tensor = onesLike(y);
  let result: Tensor | undefined;
  for (let row = 0; row < info.filterHeight; row++) {
    for (let column = 0; column < info.filterWidth; column++) {
      const chosen = withoutGradient(() =>
        mul(free, cast(equal(elementOf(inputs, row, column), y), "float32")),
      );
      free = withoutGradient(() => sub(free, chosen));
      const part = mul(chosen, elementOf(picked, row, column));
      result = result === undefined ? part : add(result, part);
    }
  }
  return result as Tensor;
}

/**
 * The share of each average window that lies on the picture: [1, outHeight, outWidth, 1], or 1 without
 * padding. AvgPool divides by what it covers, AvgPoolGrad by the whole window; TensorFlow's both by what they cover.
 */
function windowCoverage(x: Tensor4D, attributes: NamedAttrMap): Tensor {
  if (getBackend() === "tensorflow") return scalar(1);
  const { filterSize, strides, pad: padding } = attributes;
  const info = backend_util.computePool2DInfo(
    x.shape,
    filterSize as Pair,
    strides as Pair,
    1,
    padding as Padding,
  );
  const share = (outputs: number, stride: number, filter: number, before: number, inputs: number) =>
    Array.from({ length: outputs }, (_, index) => {
      const start = index * stride - before;
      return (Math.min(start + filter, inputs) - Math.max(start, 0)) / filter;
    });
  const { padInfo } = info;
  const rows = share(info.outHeight, info.strideHeight, info.filterHeight, padInfo.top, info.inHeight);
  const columns = share(info.outWidth, info.strideWidth, info.filterWidth, padInfo.left, info.inWidth);
  if ([...rows, ...columns].every((part) => part === 1)) return scalar(1);
  const values = rows.flatMap((row) => columns.map((column) => row * column));
  return tensor4d(values, [1, rows.length, columns.length, 1]);
}

function registerPooling(): void {
  registerFromInputs("AvgPool", ["x"], (dy, saved, attributes) => ({
    x: () => {
      const input = stopGradient(saved[0] as Tensor4D);
      return run("AvgPoolGrad", { dy: div(dy, windowCoverage(input, attributes)), input }, attributes);
    },
  }));
  registerFromInputs("AvgPoolGrad", ["input"], (ddx, saved, attributes) => ({
    dy: () => {
      const { filterSize, strides, pad: padding } = attributes;
      const means = avgPool(ddx as Tensor4D, filterSize as Pair, strides as Pair, padding as Padding);
      return mul(means, windowCoverage(saved[0] as Tensor4D, attributes));
    },
    ...zeroGradients(["input"], saved),
  }));
  registerFromInputs("MaxPool", ["x"], (dy, saved, attributes) => ({
    x: () => {
      const input = stopGradient(saved[0] as Tensor);
      const output = withoutGradient(() => run("MaxPool", { x: input }, attributes));
      return run("MaxPoolGrad", { dy, input, output }, attributes);
    },
  }));
  registerFromInputs("MaxPoolGrad", ["input", "output"], (dy, saved, attributes) => ({
    dy: () => pickMaxima(dy as Tensor4D, saved[0] as Tensor4D, saved[1] as Tensor4D, attributes),
    ...zeroGradients(["input", "output"], saved),
  }));
}

function registerResizing(): void {
  for (const kernel of ["ResizeBilinear", "ResizeNearestNeighbor"] as const) {
    const resize = kernel === "ResizeBilinear" ? image.resizeBilinear : image.resizeNearestNeighbor;
    registerFromInputs(kernel, ["images"], (dy, saved, attributes) => ({
      images: () => run(`${kernel}Grad`, { dy, images: stopGradient(saved[0] as Tensor) }, attributes),
    }));
    registerFromInputs(
      `${kernel}Grad`,
      ["dy", "images"],
      (ddx, saved, { alignCorners, halfPixelCenters }) => ({
        dy: () => {
          const [, height, width] = (saved[0] as Tensor4D).shape;
          return resize(
            ddx as Tensor4D,
            [height, width],
            alignCorners as boolean,
            halfPixelCenters as boolean,
          );
        },
        ...zeroGradients(["images"], saved.slice(1)),
      }),
    );
  }
}

function registerConvolutions(): void {
  registerFromInputs("Conv2DBackpropFilter", ["x", "dy"], (ddw, saved, attributes) => {
    const [x, dy] = saved as [Tensor4D, Tensor4D];
    const {
      strides,
      pad: padding,
      dataFormat,
      dimRoundingMode,
    } = attributes as never as {
      strides: Pair;
      pad: Padding;
      dataFormat: "NHWC";
      dimRoundingMode?: "floor";
    };
    const shared = { strides, pad: padding, dataFormat, dimRoundingMode } as unknown as NamedAttrMap;
    return {
      x: () => run("Conv2DBackpropInput", { dy, filter: ddw }, { ...shared, inputShape: x.shape }),
      dy: () => conv2d(x, ddw as Tensor4D, strides, padding, dataFormat, 1, dimRoundingMode),
    };
  });
  const name = "DepthwiseConv2dNativeBackprop";
  registerFromInputs(`${name}Input`, ["dy", "filter"], (ddx, saved, attributes) => {
    const [dy, filter] = saved as [Tensor4D, Tensor4D];
    const { inputShape: _inputShape, ...shared } = attributes;
    return {
      dy: () => depthwise(ddx, filter, attributes),
      filter: () => run(`${name}Filter`, { x: ddx, dy }, { ...shared, filterShape: filter.shape }),
    };
  });
  registerFromInputs(`${name}Filter`, ["x", "dy"], (ddw, saved, attributes) => {
    const [x, dy] = saved as [Tensor4D, Tensor4D];
    const { filterShape: _filterShape, ...shared } = attributes;
    return {
      x: () => run(`${name}Input`, { dy, filter: ddw }, { ...shared, inputShape: x.shape }),
      dy: () => depthwise(x, ddw, attributes),
    };
  });
}

const depthwise = (x: Tensor, filter: Tensor, { strides, pad: padding, dilations }: NamedAttrMap) =>
  depthwiseConv2d(
    x as Tensor4D,
    filter as Tensor4D,
    strides as Pair,
    padding as Padding,
    "NHWC",
    dilations as Pair,
  );

export function registerImages(): void {
  registerFromInputs("MirrorPad", ["x"], (dy, saved, { paddings, mode }) => ({
    x: () => foldMirrorPad(dy, (saved[0] as Tensor).shape, paddings as Pair[], mode),
  }));
  registerPooling();
  registerResizing();
  registerConvolutions();
}
