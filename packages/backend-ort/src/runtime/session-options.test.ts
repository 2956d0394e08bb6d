import { expect, it } from "vitest";
import { setOptions } from "../config.js";
import { GraphBuilder } from "../graph/builder.js";
import { reachableNodes } from "../onnx/write-model.js";
import { sessionOptions } from "./session-options.js";

/** The options for a square matrix times itself. */
function optionsForProduct(size: number, keepsMemory?: boolean): object {
  const graph = new GraphBuilder();
  const matrix = graph.input({ shape: [size, size], dtype: "float32" });
  return sessionOptions(reachableNodes([graph.matmul(matrix, matrix)]), keepsMemory);
}

it("gives threads to graphs that are worth them", () => {
  setOptions({ threads: 3 });
  expect(optionsForProduct(4)).toMatchObject({ intraOpNumThreads: 1 });
  expect(optionsForProduct(256)).toMatchObject({ intraOpNumThreads: 3 });
  setOptions({ threads: 0 });
  expect(optionsForProduct(4)).toMatchObject({ intraOpNumThreads: 1 });
  expect(optionsForProduct(256)).not.toHaveProperty("intraOpNumThreads");
});

it("lets a graph that is run seldom work in the process's memory", () => {
  expect(optionsForProduct(4)).toMatchObject({ enableCpuMemArena: true });
  expect(optionsForProduct(4, false)).toMatchObject({ enableCpuMemArena: false });
});
