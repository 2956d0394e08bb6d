import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../graph/builder.js";
import { operators } from "../graph/run-graph.test-helper.js";
import { addMoved, rememberMoved } from "./moved-pixels.js";
import { expectParity, seededTensor } from "./parity.test-helper.js";

type Image = tf.Tensor4D;

const along = (x: tf.Tensor, axis: number, value: number, others: readonly number[]): number[] =>
  x.shape.map((_, index) => (index === axis ? value : (others[index] as number)));

/** What mirror padding by `before` and `after` copied out of an axis, added where it came from. */
function fold(x: tf.Tensor, axis: number, before: number, after: number): tf.Tensor {
  const size = (x.shape[axis] as number) - before - after;
  const part = (start: number, count: number): tf.Tensor =>
    tf.slice(x, along(x, axis, start, [0, 0, 0, 0]), along(x, axis, count, x.shape));
  const place = (start: number, count: number, at: number): tf.Tensor => {
    const paddings = x.shape.map((_, index): [number, number] =>
      index === axis ? [at, size - at - count] : [0, 0],
    );
    return tf.pad(tf.reverse(part(start, count), axis), paddings);
  };
  const folded = tf.add(part(before, size), place(0, before, 1));
  return tf.add(folded, place(before + size, after, size - 1 - after));
}

const image = (shape: readonly number[], seed: number): Image => seededTensor<tf.Rank.R4>(shape, seed);

describe("sums of moved pixels", () => {
  it.each([
    { shape: [1, 10, 10, 16], before: 1, after: 1 },
    { shape: [2, 12, 9, 16], before: 2, after: 1 },
    { shape: [1, 14, 14, 3], before: 3, after: 3 },
    { shape: [3, 7, 7, 24], before: 1, after: 2 },
    { shape: [2, 5, 5, 8], before: 1, after: 1 },
  ])("fold [$shape] by $before and $after, in every layout", ({ shape, before, after }) =>
    expectParity(["Slice", "Reverse", "PadV2", "Add"], () => {
      const plain = image(shape, 1);
      const channels = shape[3] as number;
      const convolved = tf.relu(tf.conv2d(plain, image([1, 1, channels, channels], 2), 1, "same"));
      return [plain, convolved].map((x) => {
        const rows = fold(x, 1, before, after);
        const both = fold(rows, 2, before, after);
        return tf.concat([tf.reshape(tf.tanh(both), [-1]), tf.reshape(rows, [-1])]);
      });
    }),
  );

  it("of several images, of pixels that leave the image, and of most pixels", () =>
    expectParity(["Slice", "PadV2", "Add"], () => {
      const [x, y] = [image([1, 6, 6, 8], 1), image([1, 6, 6, 8], 2)];
      const shifted = (of: Image): Image =>
        tf.pad(tf.slice(of, [0, 1, 0, 0], [1, 5, 6, 8]), [
          [0, 0],
          [0, 1],
          [0, 0],
          [0, 0],
        ]);
      const corner = (of: Image): Image => tf.slice(of, [0, 0, 0, 0], [1, 5, 5, 8]);
      return [
        tf.add(shifted(x), shifted(y)),
        tf.add(shifted(x), x),
        tf.add(corner(x), tf.slice(x, [0, 1, 1, 0], [1, 5, 5, 8])),
        tf.add(corner(shifted(x)), tf.slice(x, [0, 0, 1, 0], [1, 5, 5, 8])),
        tf.add(corner(x), tf.reverse(corner(x), 1)),
      ];
    }));

  it("are one slice and one addition for each time that a pixel is added to", () => {
    const graph = new GraphBuilder(8);
    const x = graph.input({ dtype: "float32", shape: [1, 6, 6, 16] });
    const rows = [0, 1, 2, 3, 4, 5];
    const kept = rememberMoved(x, graph.slice(x, [1], [0], [4]), rows.slice(0, 4), rows);
    const edge = graph.pad(graph.slice(x, [1], [4], [5]), [0, 1, 0, 0], [0, 2, 0, 0]);
    const moved = rememberMoved(x, edge, [-1, 4, -1, -1], rows);
    const sum = addMoved(graph, kept, moved);
    expect(sum && operators(sum).filter((type) => type !== "Reshape")).toEqual([
      "Slice",
      "Gather",
      "ScatterND",
    ]);
    const other = graph.input({ dtype: "float32", shape: [1, 6, 6, 16] });
    const foreign = rememberMoved(other, graph.slice(other, [1], [0], [4]), rows.slice(0, 4), rows);
    expect(addMoved(graph, kept, foreign)).toBeUndefined();
    expect(addMoved(new GraphBuilder(undefined), kept, moved)).toBeUndefined();
  });
});
