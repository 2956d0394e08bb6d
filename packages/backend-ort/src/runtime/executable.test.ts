import { describe, expect, it } from "vitest";
import { BackendOrtError } from "../errors.js";
import { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import { Executable } from "./executable.js";
import { ortTensor } from "./ort.js";

/** Builds a graph on x [2, 3] and runs it. */
function run(
  build: (graph: GraphBuilder, x: Value) => Value[],
  input = ortTensor("float32", new Float32Array(6).fill(2), [2, 3]),
): number[][] {
  const graph = new GraphBuilder();
  const x = graph.input({ dtype: "float32", shape: [2, 3] });
  const unused = graph.input({ dtype: "int32", shape: [4] });
  const outputs = build(graph, x);
  const executable = new Executable("test", [unused, x], outputs);
  const buffers = outputs.map(({ shape }) =>
    ortTensor("float32", new Float32Array(shape.reduce((size, length) => size * length, 1)), shape),
  );
  try {
    executable.run([ortTensor("int32", new Int32Array(4), [4]), input], buffers);
    expect(executable.runs).toBe(1);
    return buffers.map(({ data }) => Array.from(data as Float32Array));
  } finally {
    executable.dispose();
  }
}

const LARGE = 1 << 20;

/** A graph of one large output, an input and a buffer for it. */
function large() {
  const graph = new GraphBuilder();
  const x = graph.input({ dtype: "float32", shape: [LARGE] });
  return {
    executable: new Executable("test", [x], [graph.unary("Neg", x)]),
    x: ortTensor("float32", new Float32Array(LARGE).fill(3), [LARGE]),
    buffer: ortTensor("float32", new Float32Array(LARGE), [LARGE]),
  };
}

describe("Executable", () => {
  it("writes into the buffers it is given and ignores inputs that no output needs", () => {
    expect(run((graph, x) => [graph.mul(x, graph.scalar(3)), graph.reduce("ReduceSum", x, [1])])).toEqual([
      new Array(6).fill(6),
      [6, 6],
    ]);
  });

  it("makes no copy of large outputs", () => {
    const { executable, x, buffer } = large();
    const before = process.memoryUsage().arrayBuffers;
    for (let repeat = 0; repeat < 4; repeat++) executable.run([x], [buffer]);
    const grown = process.memoryUsage().arrayBuffers - before;
    executable.dispose();
    expect(buffer.data[LARGE - 1]).toBe(-3);
    expect(executable.runs).toBe(4);
    expect(grown).toBeLessThan(LARGE * 4);
  });

  it("tells a failure of a graph with large outputs from the refusal that keeps them from being copied", () => {
    const { executable, buffer } = large();
    const wrong = ortTensor("float32", new Float32Array(2), [2]);
    const message = messageOf(() => executable.run([wrong], [buffer]));
    executable.dispose();
    expect(message).toMatch(/^\[backend-ort\] test: ONNX Runtime failed: .*dimension/is);
  });

  it("counts nodes and operations", () => {
    const graph = new GraphBuilder();
    const x = graph.input({ dtype: "float32", shape: [2, 3] });
    const y = graph.input({ dtype: "float32", shape: [3, 5] });
    const executable = new Executable("test", [x, y], [graph.unary("Relu", graph.matmul(x, y))]);
    expect([executable.nodeCount, executable.operations]).toEqual([2, 2 * 2 * 3 * 5]);
    executable.dispose();
  });

  it("names the kernel of an operator that ONNX Runtime does not take", () => {
    const invalid = (graph: GraphBuilder, x: Value): Value[] => {
      graph.origin = "Softplus [2,3]";
      const fine = graph.unary("Softplus", x);
      graph.origin = "MyKernel [2,3] [7]";
      return [graph.op("Concat", [fine, graph.scalar(1)], { axis: 0 }, { shape: [9], dtype: "float32" })];
    };
    const message = messageOf(() => run(invalid));
    expect(message).toMatch(
      /^\[backend-ort\] MyKernel \[2,3\] \[7\] \(ONNX Concat\): ONNX Runtime failed: .+/s,
    );
  });

  it("names the kernel of an operator that fails when it runs", () => {
    const message = messageOf(() =>
      run((graph, x) => {
        graph.origin = "GatherV2 [2,3] [1]";
        const indices = graph.cast(graph.reduce("ReduceMax", x), "int64");
        return [graph.copy(graph.gather(x, graph.reshape(indices, [1]), 0))];
      }),
    );
    expect(message).toMatch(
      /^\[backend-ort\] GatherV2 \[2,3\] \[1\] \(ONNX Gather\): ONNX Runtime failed: .*idx=2/s,
    );
  });

  it("names the graph where no node is to blame", () => {
    const wrong = ortTensor("float32", new Float32Array(4), [2, 2]);
    const message = messageOf(() => run((graph, x) => [graph.unary("Abs", x)], wrong));
    expect(message).toMatch(/^\[backend-ort\] test: ONNX Runtime failed: .*dimension/is);
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(BackendOrtError);
    expect((error as Error).cause).toBeInstanceOf(Error);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}
