import { useCpuBackend } from "@gan/test-kit";
import { memory, tensor4d } from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { ShapeError } from "../errors/index.js";
import { joinColumns } from "./join-columns.js";

beforeAll(useCpuBackend);

it("lays columns side by side, grey ones in colour", () => {
  const grey = tensor4d([1, 2], [2, 1, 1, 1]);
  const colour = tensor4d([3, 4, 5, 6, 7, 8], [2, 1, 1, 3]);
  const before = memory().numTensors;
  const joined = joinColumns([grey, colour]);
  expect(memory().numTensors).toBe(before + 1);
  expect(joined.shape).toEqual([4, 1, 1, 3]);
  expect([...joined.dataSync()]).toEqual([1, 1, 1, 3, 4, 5, 2, 2, 2, 6, 7, 8]);
});

it("makes pictures without alpha opaque beside those with it", () => {
  const joined = joinColumns([tensor4d([0.5], [1, 1, 1, 1]), tensor4d([1, 2, 3, -1], [1, 1, 1, 4])]);
  expect([...joined.dataSync()]).toEqual([0.5, 0.5, 0.5, 1, 1, 2, 3, -1]);
});

it("refuses columns of different sizes", () => {
  expect(() => joinColumns([tensor4d([1], [1, 1, 1, 1]), tensor4d([1, 2], [1, 1, 2, 1])])).toThrow(
    ShapeError,
  );
});
