import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { expectParity, runKernel, seededTensor } from "./parity.test-helper.js";

const int32 = (shape: number[]): tf.Tensor => tf.cast(tf.mul(seededTensor(shape, 1), 100), "int32");
const bool = (shape: number[]): tf.Tensor => tf.greater(seededTensor(shape, 1), 0);

describe("PadV2", () => {
  it.each([
    [[5], [[2, 3]], 0],
    [
      [3, 4],
      [
        [0, 1],
        [2, 0],
      ],
      1.5,
    ],
    [
      [2, 3, 4],
      [
        [0, 0],
        [1, 1],
        [0, 2],
      ],
      -2,
    ],
    [
      [1, 4, 4, 2],
      [
        [0, 0],
        [1, 2],
        [3, 0],
        [0, 0],
      ],
      0,
    ],
    [
      [2, 2],
      [
        [1, 0],
        [0, 1],
      ],
      Number.NEGATIVE_INFINITY,
    ],
    [
      [2, 2],
      [
        [1, 0],
        [0, 1],
      ],
      Number.NaN,
    ],
    [
      [2, 1, 2, 1, 2],
      [
        [1, 0],
        [0, 1],
        [0, 0],
        [2, 0],
        [0, 0],
      ],
      3,
    ],
    [
      [3, 4],
      [
        [0, 0],
        [0, 0],
      ],
      3,
    ],
  ])("[%s] by %j with %s", (shape, paddings, constantValue) =>
    expectParity("PadV2", () =>
      runKernel("PadV2", { x: seededTensor(shape, 1) }, { paddings, constantValue }),
    ),
  );

  it("int32 and bool", () =>
    expectParity("PadV2", () => [
      runKernel(
        "PadV2",
        { x: int32([2, 3]) },
        {
          paddings: [
            [1, 0],
            [0, 2],
          ],
          constantValue: -7,
        },
      ),
      runKernel(
        "PadV2",
        { x: bool([2, 3]) },
        {
          paddings: [
            [1, 0],
            [0, 2],
          ],
          constantValue: 1,
        },
      ),
    ]));
});

describe("MirrorPad", () => {
  it.each(["reflect", "symmetric"] as const)("%s", (mode) =>
    expectParity("MirrorPad", () => [
      tf.mirrorPad(seededTensor([5], 1), [[4, 3]], mode),
      tf.mirrorPad(
        seededTensor([3, 4], 1),
        [
          [2, 1],
          [0, 3],
        ],
        mode,
      ),
      tf.mirrorPad(
        seededTensor([2, 4, 5, 3], 1),
        [
          [0, 0],
          [3, 2],
          [1, 4],
          [0, 0],
        ],
        mode,
      ),
      tf.mirrorPad(
        int32([3, 4]),
        [
          [1, 1],
          [2, 2],
        ],
        mode,
      ),
    ]),
  );

  it("symmetric by the whole axis", () =>
    expectParity("MirrorPad", () =>
      tf.mirrorPad(
        seededTensor([3, 2], 1),
        [
          [3, 3],
          [2, 1],
        ],
        "symmetric",
      ),
    ));
});

describe("SpaceToBatchND and BatchToSpaceND", () => {
  it.each([
    [
      [1, 4, 4, 3],
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ],
    [
      [2, 3, 5, 2],
      [2, 3],
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [[2, 6, 3], [3], [[0, 0]]],
    [
      [1, 4, 4, 2, 3],
      [2, 1],
      [
        [2, 0],
        [0, 1],
      ],
    ],
    [
      [2, 4, 6, 4],
      [2, 3, 2],
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ],
  ])("[%s] in blocks of [%s], padded %j, and back", (shape, blockShape, paddings) =>
    expectParity(["SpaceToBatchND", "BatchToSpaceND"], () => {
      const batches = runKernel("SpaceToBatchND", { x: seededTensor(shape, 1) }, { blockShape, paddings });
      return [batches, runKernel("BatchToSpaceND", { x: batches }, { blockShape, crops: paddings })];
    }),
  );
});

describe("DepthToSpace", () => {
  it.each([
    [[1, 2, 3, 4], 2],
    [[2, 2, 2, 18], 3],
  ])("[%s] by %i", (shape, blockSize) =>
    expectParity("DepthToSpace", () => tf.depthToSpace(seededTensor<tf.Rank.R4>(shape, 1), blockSize)),
  );
});

describe("FlipLeftRight", () => {
  it.each([[[2, 3, 4, 2]], [[1, 2, 5, 1]], [[1, 2, 1, 3]]])("[%s]", (shape) =>
    expectParity("FlipLeftRight", () => tf.image.flipLeftRight(seededTensor<tf.Rank.R4>(shape, 1))),
  );
});
