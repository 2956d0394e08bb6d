import { createRequire } from "node:module";
import type * as Ort from "onnxruntime-common";
import { describe, expect, it } from "vitest";
import { oneNodeModel } from "./one-node-model.js";

const { InferenceSession, Tensor } = createRequire(import.meta.url)("onnxruntime-node") as typeof Ort;

async function run(
  model: Uint8Array,
  dtype: Ort.Tensor.Type,
  values: Ort.Tensor.DataType,
): Promise<number[]> {
  const session = await InferenceSession.create(model);
  const { y } = await session.run({ x: new Tensor(dtype, values, [values.length]) });
  await session.release();
  return Array.from(y?.data as Float32Array);
}

describe("oneNodeModel", () => {
  it("gives an operator its input as often as asked, at any length", async () => {
    const model = oneNodeModel("Add", 2, "float32");
    expect(await run(model, "float32", Float32Array.of(1, -2.5))).toEqual([2, -5]);
    expect(await run(model, "float32", Float32Array.of(1, 2, 3))).toEqual([2, 4, 6]);
    expect(await run(oneNodeModel("Neg", 1, "int32"), "int32", Int32Array.of(1, -7))).toEqual([-1, 7]);
    expect(await run(oneNodeModel("Not", 1, "bool"), "bool", Uint8Array.of(1, 0, 0))).toEqual([0, 1, 1]);
  });

  it("refuses what its short lengths cannot hold", () => {
    expect(() => oneNodeModel("Sum", 40, "float32")).toThrow("a field may hold 127 bytes, got ");
  });
});
