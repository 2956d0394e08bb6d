import { beforeEach, describe, expect, it } from "vitest";
import { reachableNodes } from "../onnx/write-model.js";
import { blockedConv } from "./blocked.js";
import { GraphBuilder } from "./builder.js";
import { fuseActivations } from "./fuse-activations.js";
import { type Attributes, float, floats, type Value } from "./types.js";

let graph: GraphBuilder;
let convolution: Value;
beforeEach(() => {
  graph = new GraphBuilder();
  const x = graph.input({ dtype: "float32", shape: [1, 16, 4, 4] });
  const filter = graph.input({ dtype: "float32", shape: [16, 16, 1, 1] });
  graph.origin = "Conv2D";
  convolution = blockedConv(
    graph,
    x,
    filter,
    undefined,
    undefined,
    { group: 1, kernel_shape: [1, 1] },
    x.shape,
  );
});

const fuse = (...outputs: Value[]) => fuseActivations(reachableNodes(outputs), outputs);
const activation = (opType: string, of = convolution, attributes: Attributes = {}): Value => {
  graph.origin = `tfjs ${opType}`;
  return graph.unary(opType, of, attributes);
};

describe("fuseActivations", () => {
  it.each(["Relu", "Tanh", "Sigmoid"])("has the convolution apply %s", (opType) => {
    const result = activation(opType);
    const [node, ...rest] = fuse(result);
    expect(rest).toEqual([]);
    expect(node).toMatchObject({
      opType: "Conv",
      domain: "com.microsoft.nchwc",
      origin: `Conv2D + tfjs ${opType}`,
      outputs: [result],
    });
    expect(node?.attributes).toEqual({ group: 1, kernel_shape: [1, 1], activation: opType });
  });

  it("hands leaky ReLU's slope over", () => {
    const [node] = fuse(activation("LeakyRelu", convolution, { alpha: float(0.3) }));
    expect(node?.attributes).toMatchObject({ activation: "LeakyRelu", activation_params: floats([0.3]) });
  });

  it("hands limits over that are known", () => {
    const limited = (least: Value, most: Value) =>
      fuse(graph.op("Clip", [convolution, least, most], {}, { shape: convolution.shape, dtype: "float32" }));
    const [node, ...rest] = limited(graph.scalar(0), graph.scalar(6));
    expect(rest).toEqual([]);
    expect(node?.attributes).toMatchObject({ activation: "Clip", activation_params: floats([0, 6]) });
    const computed = graph.input({ dtype: "float32", shape: [] });
    expect(limited(graph.scalar(0), computed).map(({ opType }) => opType)).toEqual(["Conv", "Clip"]);
  });

  it("leaves a convolution alone that something else reads, too", () => {
    const result = activation("Relu");
    expect(fuse(result, convolution).map(({ opType }) => opType)).toEqual(["Conv", "Relu"]);
    expect(fuse(result, graph.add(convolution, graph.scalar(1))).map(({ opType }) => opType)).toEqual([
      "Conv",
      "Relu",
      "Add",
    ]);
    expect(fuse(result, activation("Tanh")).map(({ opType }) => opType)).toEqual(["Conv", "Relu", "Tanh"]);
  });

  it("fuses one activation, and no other operator", () => {
    const nodes = fuse(activation("Tanh", activation("Relu")));
    expect(nodes.map(({ opType, attributes }) => [opType, attributes.activation])).toEqual([
      ["Conv", "Relu"],
      ["Tanh", undefined],
    ]);
    expect(fuse(activation("Exp")).map(({ opType }) => opType)).toEqual(["Conv", "Exp"]);
  });

  it("leaves other operators on blocked images alone", () => {
    const out = { channels: 16, channels_last: 1 };
    const spec = { shape: [1, 4, 4, 16], dtype: "float32" } as const;
    const left = graph.op("ReorderOutput", [convolution], out, spec, "com.microsoft.nchwc");
    expect(fuse(activation("Relu", left)).map(({ opType }) => opType)).toEqual([
      "Conv",
      "ReorderOutput",
      "Relu",
    ]);
  });

  it("leaves ONNX's own convolutions alone", () => {
    const x = graph.input({ dtype: "float32", shape: [1, 3, 4, 4] });
    const filter = graph.input({ dtype: "float32", shape: [3, 3, 1, 1] });
    const plain = graph.op("Conv", [x, filter], { group: 1 }, { shape: x.shape, dtype: "float32" });
    expect(fuse(activation("Relu", plain)).map(({ opType }) => opType)).toEqual(["Conv", "Relu"]);
  });

  it("keeps nodes in an order in which they can run", () => {
    const late = graph.unary("Exp", graph.input({ dtype: "float32", shape: [1, 16, 4, 4] }));
    const summed = blockedConv(
      graph,
      convolution,
      graph.inputs[1] as Value,
      undefined,
      late,
      { group: 1 },
      late.shape,
    );
    const made = new Set<Value>(graph.inputs);
    for (const node of fuse(activation("Relu", summed))) {
      for (const input of node.inputs) if (input) expect(made).toContain(input);
      for (const output of node.outputs) made.add(output);
    }
  });
});
