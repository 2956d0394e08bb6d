import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../graph/builder.js";
import { float, floats, type Value } from "../graph/types.js";
import { IR_VERSION, ModelMessage, OPSET_VERSION } from "./schema.js";
import { nodeName, reachableNodes, valueName, writeModel } from "./write-model.js";

/** Decodes what {@link writeModel} wrote; 64-bit integers as numbers, bytes as they are. */
function decoded(inputs: readonly Value[], outputs: readonly Value[]): Record<string, unknown> {
  const bytes = writeModel(inputs, reachableNodes(outputs), outputs);
  return ModelMessage.toObject(ModelMessage.decode(bytes), { longs: Number, arrays: true });
}

describe("writeModel", () => {
  const graph = new GraphBuilder();
  const x = graph.input({ dtype: "float32", shape: [2, 3] });
  const n = graph.input({ dtype: "int32", shape: [] });
  const flag = graph.input({ dtype: "bool", shape: [3] });

  it("states its versions, and every domain once", () => {
    const model = decoded(
      [x],
      [graph.op("Custom", [graph.op("Other", [x], {}, x, "my.domain")], {}, x, "my.domain")],
    );
    expect(model).toMatchObject({
      irVersion: IR_VERSION,
      producerName: "@gan/backend-ort",
      // ONNX's own domain is the empty string.
      opsetImport: [{ version: OPSET_VERSION }, { domain: "my.domain", version: 1 }],
    });
    expect(model.opsetImport).toHaveLength(2);
  });

  it("writes inputs and outputs with their types and shapes", () => {
    const result = graph.where(flag, x, graph.cast(n, "float32"));
    const { graph: written } = decoded([x, n, flag], [result]) as never as { graph: Record<string, unknown> };
    const info = (value: Value, elemType: number, ...dims: number[]): object => ({
      name: valueName(value),
      type: { tensorType: { elemType, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
    });
    expect(written.input).toEqual([info(x, 1, 2, 3), info(n, 6), info(flag, 9, 3)]);
    expect(written.output).toEqual([info(result, 1, 2, 3)]);
  });

  it("writes nodes before those that read them, with attributes of every kind, and only what outputs need", () => {
    graph.origin = "Tanh [2,3]";
    const inner = graph.unary("Tanh", x);
    graph.origin = "Whatever";
    const unneeded = graph.unary("Exp", inner);
    graph.origin = "Everything [2,3]";
    const outer = graph.op(
      "Everything",
      [inner, undefined, x],
      {
        whole: -3,
        large: 2 ** 40,
        list: [1, -2, 3],
        none: [],
        text: "héllo",
        real: float(0.1),
        reals: floats([1.5, -2.5]),
      },
      x,
    );
    const { graph: written } = decoded([x], [outer]) as never as {
      graph: { node: Record<string, unknown>[] };
    };
    expect(written.node.map(({ opType }) => opType)).toEqual(["Tanh", "Everything"]);
    expect(reachableNodes([outer])).not.toContain(unneeded.producer);
    const [first, second] = written.node as [Record<string, unknown>, Record<string, unknown>];
    expect(first).toMatchObject({ name: "0:Tanh [2,3]", input: [valueName(x)], output: [valueName(inner)] });
    expect(second).toMatchObject({
      name: "1:Everything [2,3]",
      input: [valueName(inner), "", valueName(x)],
      output: [valueName(outer)],
    });
    const lists = { floats: [], ints: [] };
    expect(second.attribute).toEqual([
      { ...lists, name: "whole", i: -3, type: 2 },
      { ...lists, name: "large", i: 2 ** 40, type: 2 },
      { ...lists, name: "list", ints: [1, -2, 3], type: 7 },
      { ...lists, name: "none", type: 7 },
      { ...lists, name: "text", s: Buffer.from("héllo"), type: 3 },
      { ...lists, name: "real", f: Math.fround(0.1), type: 1 },
      { ...lists, name: "reals", floats: [1.5, -2.5], type: 6 },
    ]);
    expect(nodeName({ ...(inner.producer as NonNullable<Value["producer"]>), origin: "" }, 7)).toBe("7:Tanh");
  });

  it("writes constants once, in full, whatever they are views of", () => {
    const whole = Float32Array.from([9, 9, 1, -2.5, 3]);
    const view = graph.constant("float32", [3], whole.subarray(2));
    const filled = graph.fill("float32", [2, 2], 7);
    const outputs = [
      graph.add(view, x),
      graph.mul(view, x),
      graph.matmul(filled, x),
      graph.slice(x, [1], [1], [3]),
    ].map((value) => graph.copy(value));
    const { graph: written } = decoded([x], outputs) as never as {
      graph: { initializer: { name: string; dims: number[]; dataType: number; rawData: Uint8Array }[] };
    };
    const found = (value: Value) => written.initializer.filter(({ name }) => name === valueName(value));
    expect(found(view)).toHaveLength(1);
    expect(found(view)[0]).toMatchObject({ dims: [3], dataType: 1 });
    const floatsOf = (value: Value): number[] =>
      Array.from(new Float32Array(Uint8Array.from(found(value)[0]?.rawData ?? []).buffer));
    expect(floatsOf(view)).toEqual([1, -2.5, 3]);
    expect(floatsOf(filled)).toEqual([7, 7, 7, 7]);
    const starts = found(graph.ints([1]))[0];
    expect(starts).toMatchObject({ dims: [1], dataType: 7 });
    expect(Array.from(new BigInt64Array(Uint8Array.from(starts?.rawData ?? []).buffer))).toEqual([1n]);
  });
});
