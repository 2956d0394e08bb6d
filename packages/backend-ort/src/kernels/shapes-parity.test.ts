import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { BACKEND_NAME } from "../index.js";
import { type Data, expectSame, filled, kernel } from "./parity-values.test-helper.js";

const DTYPES = ["float32", "int32", "bool"] as const;
const COUNTING = Array.from({ length: 200 }, (_, index) => index + 1);
const VALUES: Data = {
  float32: COUNTING.map((value) => value / 8),
  int32: COUNTING,
  bool: [1, 0, 0, 1, 1, 0, 1],
};

describe.each(DTYPES)("%s", (dtype) => {
  const make = (shape: readonly number[], offset = 0): tf.Tensor =>
    filled(shape, dtype, VALUES[dtype], offset);

  it("Concat", async () => {
    await expectSame("Concat", () => tf.concat([make([2]), make([3], 5)], 0));
    for (const axis of [0, 1, -1]) {
      await expectSame("Concat", () => tf.concat([make([2, 3]), make([2, 3], 9), make([2, 3], 4)], axis));
    }
    await expectSame("Concat", () => tf.concat([make([2, 3, 1, 2, 1, 2]), make([2, 1, 1, 2, 1, 2], 4)], 1));
  });

  it("Pack and Unpack", async () => {
    await expectSame("Pack", () => tf.stack([make([]), make([], 1), make([], 2)]));
    for (const axis of [0, 1, 2, -1]) {
      await expectSame("Pack", () => kernel("Pack", [make([2, 3]), make([2, 3], 7)], { axis }));
    }
    await expectSame("Pack", () => tf.stack([make([2, 3])], 1));
    for (const axis of [0, 1, -1]) await expectSame("Unpack", () => tf.unstack(make([2, 3, 2]), axis));
    await expectSame("Unpack", () => tf.unstack(make([3])));
  });

  it("SplitV", async () => {
    await expectSame("SplitV", () => tf.split(make([4, 6]), 3, 1));
    await expectSame("SplitV", () => tf.split(make([4, 6]), [1, 3], 0));
    await expectSame("SplitV", () => tf.split(make([2, 6, 2]), [1, -1, 2], 1));
  });

  it("Slice", async () => {
    await expectSame("Slice", () => tf.slice(make([5]), 2));
    await expectSame("Slice", () => tf.slice(make([5]), [1], [-1]));
    await expectSame("Slice", () => tf.slice(make([4, 5]), [1, 2], [2, 3]));
    await expectSame("Slice", () => tf.slice(make([4, 5]), [0, 0], [4, 5]));
    await expectSame("Slice", () =>
      tf.slice(make([2, 3, 2, 2, 2, 3]), [1, 1, 0, 0, 1, 0], [1, 2, 1, 2, 1, 2]),
    );
  });

  it("StridedSlice", async () => {
    // The masks: begin, end, ellipsis, new axis, shrunk axis.
    await expectSame("StridedSlice", () => [
      tf.stridedSlice(make([5]), [1], [4], [1]),
      tf.stridedSlice(make([5]), [4], [-6], [-1]),
      tf.stridedSlice(make([5]), [-1], [0], [-2]),
      tf.stridedSlice(make([4, 5]), [0, 1], [4, 5], [2, 3]),
      tf.stridedSlice(make([4, 5]), [1, 3], [3, 0], [1, -1], 0, 2),
      tf.stridedSlice(make([4, 5]), [1, 3], [3, 0], [1, -1], 3, 1),
      tf.stridedSlice(make([4, 5]), [-2, -1], [9, 9], [1, 1], 0, 0, 0, 0, 3),
      tf.stridedSlice(make([2, 3, 4, 5]), [0, 1], [1, 3], [1, 2], 0, 0, 1),
      tf.stridedSlice(make([2, 3, 4]), [0, 0, 1, 0], [2, 1, 2, 4], [1, 1, 1, 1], 0, 0, 0, 4, 2),
    ]);
  });

  it("Reverse", async () => {
    await expectSame("Reverse", () => tf.reverse(make([5])));
    for (const axis of [0, 1, -1, [0, 2]])
      await expectSame("Reverse", () => tf.reverse(make([2, 3, 1, 4]), axis));
    await expectSame("Reverse", () => kernel("Reverse", { x: make([]) }, { dims: [] }));
  });

  it("Transpose", async () => {
    await expectSame("Transpose", () => tf.transpose(make([2, 3])));
    await expectSame("Transpose", () => tf.transpose(make([2, 1, 4]), [1, 0, 2]));
    await expectSame("Transpose", () => tf.transpose(make([2, 3, 4, 2]), [3, 0, 2, 1]));
    await expectSame("Transpose", () => tf.transpose(make([1, 2, 3, 2, 2, 2]), [5, 3, 1, 0, 2, 4]));
    await expectSame("Transpose", () => tf.transpose(tf.transpose(make([2, 3, 4]), [1, 2, 0]), [2, 0, 1]));
  });

  it("Tile, also as a broadcast", async () => {
    await expectSame("Tile", () => tf.tile(make([3]), [2]));
    await expectSame("Tile", () => tf.tile(make([2, 3]), [2, 3]));
    await expectSame("Tile", () => tf.broadcastTo(make([2, 1, 3]), [2, 4, 3]));
    await expectSame("Tile", () => tf.broadcastTo(make([]), [2, 2]));
  });

  it("Fill, ZerosLike and OnesLike", async () => {
    await expectSame("Fill", () => [
      tf.fill([2, 3], 1, dtype),
      tf.fill([3, 2], 1, dtype),
      tf.fill([], 0, dtype),
    ]);
    await expectSame("ZerosLike", () => tf.zerosLike(make([2, 3])));
    await expectSame("OnesLike", () => tf.onesLike(make([2, 3])));
    await expectSame("OnesLike", () => tf.concat([tf.onesLike(make([2])), make([2])]));
  });

  it("Diag", async () => {
    await expectSame("Diag", () => tf.diag(make([4])));
    await expectSame("Diag", () => tf.diag(make([2, 3])));
  });

  it("GatherV2", async () => {
    const indices = (shape: readonly number[], below: number): tf.Tensor =>
      filled(
        shape,
        "int32",
        COUNTING.map((value) => (value * 7) % below),
      );
    await expectSame("GatherV2", () => tf.gather(make([5]), indices([3], 5) as tf.Tensor1D));
    await expectSame("GatherV2", () => tf.gather(make([4, 5]), tf.scalar(2, "int32"), 1));
    for (const axis of [0, 1, -1])
      await expectSame("GatherV2", () => tf.gather(make([3, 4, 5]), indices([2, 2], 3), axis));
    await expectSame("GatherV2", () => tf.gather(make([2, 3, 4]), indices([2, 5], 3), 1, 1));
    await expectSame("GatherV2", () => tf.gather(make([2, 2, 5, 3]), indices([2, 4], 5), 2, 1));
    await expectSame("GatherV2", () => tf.gather(make([2, 3, 4]), indices([2, 3], 4), 2, 2));
    await expectSame("GatherV2", () => tf.gather(make([1, 3, 4]), indices([1, 2], 3), 1, 1));
  });

  it("GatherV2 refuses an index outside of the axis: at once, or when it is computed", async () => {
    await tf.setBackend("ort");
    const x = make([2, 3]);
    const gather = (index: tf.Tensor): tf.Tensor => tf.gather(x, index as tf.Tensor1D, 1);
    expect(() => gather(tf.tensor1d([0, 3], "int32"))).toThrow(
      /GatherV2: the index value 3 is not in \[0, 2\]/,
    );
    expect(() => gather(tf.tensor1d([-1], "int32"))).toThrow(
      /GatherV2: the index value -1 is not in \[0, 2\]/,
    );
    for (const step of [3, -1]) {
      const computed = gather(tf.add(tf.tensor1d([0], "int32"), tf.scalar(step, "int32")));
      expect(() => computed.dataSync()).toThrow(/GatherV2/);
      computed.dispose();
    }
  });

  it("GatherNd", async () => {
    const at = (rows: number[][]): tf.Tensor => tf.tensor2d(rows, undefined, "int32");
    await expectSame("GatherNd", () => tf.gatherND(make([3, 4]), at([[0], [2]])));
    await expectSame("GatherNd", () =>
      tf.gatherND(
        make([3, 4]),
        at([
          [0, 3],
          [2, 1],
          [2, 1],
        ]),
      ),
    );
    await expectSame("GatherNd", () =>
      tf.gatherND(make([2, 3, 2]), tf.tensor3d([[[1, 2]], [[0, 0]]], undefined, "int32")),
    );
  });

  it("TensorScatterUpdate", async () => {
    const at = (rows: number[][]): tf.Tensor => tf.tensor2d(rows, undefined, "int32");
    await expectSame("TensorScatterUpdate", () =>
      kernel("TensorScatterUpdate", {
        tensor: make([4, 3]),
        indices: at([[2], [0]]),
        updates: make([2, 3], 50),
      }),
    );
    await expectSame("TensorScatterUpdate", () =>
      kernel("TensorScatterUpdate", {
        tensor: make([4, 3]),
        indices: at([
          [2, 1],
          [0, 2],
        ]),
        updates: make([], 3),
      }),
    );
  });

  it("OneHot", async () => {
    const labels = (): tf.Tensor => tf.tensor1d([0, 3, -1, 2, 7], "int32");
    await expectSame("OneHot", () => tf.oneHot(labels(), 4, 1, 0, dtype));
    await expectSame("OneHot", () =>
      tf.oneHot(
        tf.tensor2d(
          [
            [1, 0],
            [2, 2],
          ],
          undefined,
          "int32",
        ),
        3,
        1,
        0,
        dtype,
      ),
    );
    if (dtype !== "bool") await expectSame("OneHot", () => tf.oneHot(labels(), 4, 5, -2, dtype));
  });
});

describe("StridedSlice where tfjs-backend-cpu takes wrong elements", () => {
  it("steps along one axis and drops another", async () => {
    await tf.setBackend(BACKEND_NAME);
    const x = filled([4, 5], "float32", COUNTING);
    expect(tf.stridedSlice(x, [2, 1], [3, 4], [1, 2], 0, 0, 0, 0, 1).arraySync()).toEqual([12, 14]);
    expect(tf.stridedSlice(x, [0, 0, 2], [4, 1, 3], [3, 1, 1], 0, 0, 0, 2, 4).arraySync()).toEqual([
      [3],
      [18],
    ]);
  });
});

describe("sums by index", () => {
  const many = (count: number, below: number): number[] =>
    Array.from({ length: count }, (_, index) => (index * 37) % below);

  it.each(["float32", "int32"] as const)("ScatterNd of %s", async (dtype) => {
    const at = (rows: number[][]): tf.Tensor => tf.tensor2d(rows, undefined, "int32");
    await expectSame("ScatterNd", () => tf.scatterND(at([[4], [1], [4]]), filled([3], dtype), [6]));
    await expectSame("ScatterNd", () => tf.scatterND(at([[0], [2]]), filled([2, 3, 2], dtype), [3, 3, 2]));
    await expectSame("ScatterNd", () =>
      tf.scatterND(
        at([
          [0, 1],
          [2, 2],
          [0, 1],
        ]),
        filled([3, 2], dtype),
        [3, 3, 2],
      ),
    );
  });

  it("UnsortedSegmentSum, ids outside left out", async () => {
    await expectSame("UnsortedSegmentSum", () =>
      tf.unsortedSegmentSum(filled([4], "float32", [1, 2, 3, 4]), tf.tensor1d([1, -1, 1, 9], "int32"), 3),
    );
    await expectSame("UnsortedSegmentSum", () =>
      tf.unsortedSegmentSum(
        filled([200, 3, 2], "float32", [1, -2, 0.5, 4, 3]),
        tf.tensor1d(many(200, 7), "int32"),
        5,
      ),
    );
  });

  it("adds up the same way every time", async () => {
    await tf.setBackend(BACKEND_NAME);
    const run = (): ArrayLike<number> =>
      tf.tidy(() => {
        const values = filled([20_000, 8], "float32", [0.1, 1e5, -3e-3, -1e5, 7.7]);
        return tf.unsortedSegmentSum(values, tf.tensor1d(many(20_000, 11), "int32"), 11).dataSync();
      });
    const first = run();
    for (let repeat = 0; repeat < 10; repeat++) expect(run()).toEqual(first);
  });

  it("refuses indices outside when it runs", async () => {
    await tf.setBackend(BACKEND_NAME);
    // Inside tidy the refused results are disposed of with the error.
    const gathered = (indices: number[][], axis: number, batchDims: number): unknown =>
      tf.tidy(() => {
        const table = filled([3, 2], "float32", [1, 2, 3]);
        const chosen = batchDims
          ? tf.tensor2d(indices, undefined, "int32")
          : tf.tensor1d(indices.flat(), "int32");
        return tf.gather(table, chosen, axis, batchDims).arraySync();
      });
    expect(gathered([[0], [2]], 0, 0)).toHaveLength(2);
    for (const index of [3, -1]) {
      expect(() => gathered([[0], [index]], 0, 0)).toThrow(/GatherV2/);
      expect(() => gathered([[0], [index], [0]], 1, 1)).toThrow(/GatherV2/);
    }
    expect(gathered([[0], [1], [0]], 1, 1)).toHaveLength(3);
  });
});
