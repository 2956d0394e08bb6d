import { blockedConv } from "../graph/blocked.js";
import type { GraphBuilder } from "../graph/builder.js";
import { sizeOf } from "../graph/shapes.js";
import type { Value } from "../graph/types.js";
import { ofWindows, type WindowAxis } from "./windows.js";

type Axes = readonly WindowAxis[];

/** Taps, pixels of dy, of one convolution where there is work for several: more of them leave the cache. */
const TAPS = 32;

/** Multiplications from which on a gradient is made in parts of {@link TAPS}. */
const WORTH_PARTS = 5e8;

/**
 * The gradient of a convolution in its filter, HWIO, from x [N, H, W, I] and dy [N, H', W', O], as a blocked
 * convolution of a single image: the batch takes the channels' place, which are contracted, rows of x are as
 * wide as their pixels and channels together, and dy is the filter, as far apart as the stride. So the result's
 * rows are kw · I long, however small the filter is, and come as HWIO without a transpose.
 *
 * Undefined where batch or O are no multiples of a block, and for windows with dilation or that skip pixels.
 */
export function gradientOfFilterByBatch(
  graph: GraphBuilder,
  x: Value,
  dy: Value,
  axes: Axes,
): Value | undefined {
  const { images } = graph;
  const { block } = images;
  const [batch, height, width, inner] = x.shape as [number, number, number, number];
  const outer = dy.shape[3] as number;
  if (block === undefined || graph.without.has("batch")) return undefined;
  if (batch % block !== 0 || outer % block !== 0) return undefined;
  if (axes.some(({ dilation, before, after }) => dilation !== 1 || before < 0 || after < 0)) return undefined;

  const [vertical, horizontal] = axes as readonly [WindowAxis, WindowAxis];
  const rowsOfPixels = graph.reshape(graph.solid(x), [batch, height, width * inner]);
  const padded = graph.pad(rowsOfPixels, [0, 0, horizontal.before * inner], [0, 0, horizontal.after * inner]);
  const wide = padded.shape[2] as number;
  // [N / block, H, W · I, block], declared as [1, N, H, W · I]
  const data = images
    .spaceOf(batch)
    .enterChannelsFirst(graph, graph.reshape(padded, [1, batch, height, wide]));
  const [rows, columns] = [vertical.output, horizontal.output];
  // dy's blocks of channels outside, then the batch's, then taps: [O / block, N / block, H' · W', block · block]
  const taps = graph.transpose(
    graph.reshape(images.physical(ofWindows(graph, dy, axes)), [
      batch / block,
      block,
      outer / block,
      rows * columns,
      block,
    ]),
    [2, 0, 3, 1, 4],
  );

  const multiplications = sizeOf(dy.shape) * inner * vertical.filter * horizontal.filter;
  const step = multiplications < WORTH_PARTS ? rows : Math.max(1, Math.floor(TAPS / columns));
  let sum: Value | undefined;
  for (let first = 0; first < rows; first += step) {
    const count = Math.min(step, rows - first);
    const start = first * vertical.stride - vertical.before;
    const end = (first + count - 1) * vertical.stride + vertical.filter - vertical.before;
    const [top, bottom] = [Math.max(0, start), Math.min(height, end)];
    sum = blockedConv(
      graph,
      someOf(graph, data, batch / block, top, bottom),
      someOf(
        graph,
        graph.reshape(taps, [outer, batch, rows, columns]),
        sizeOf([outer, batch]) / block ** 2,
        first,
        first + count,
      ),
      undefined,
      sum,
      {
        kernel_shape: [count, columns],
        strides: [1, 1],
        dilations: [vertical.stride, horizontal.stride * inner],
        pads: [top - start, 0, end - bottom, 0],
        group: 1,
      },
      [1, outer, vertical.filter, horizontal.filter * inner],
    );
  }
  const gradient = images.spaceOf(outer).leave(graph, sum as Value); // [1, kh, kw · I, O]
  return graph.reshape(gradient, [vertical.filter, horizontal.filter, inner, outer]);
}

/** Some rows of a blocked tensor declared as [.., .., height, width], whose memory is [outside, height, ..]. */
function someOf(graph: GraphBuilder, x: Value, outside: number, first: number, end: number): Value {
  const [a, b, height, width] = x.shape as [number, number, number, number];
  const rows = graph.reshape(x, [outside, height, sizeOf(x.shape) / (outside * height)]);
  return graph.reshape(graph.slice(rows, [1], [first], [end]), [a, b, end - first, width]);
}
