import { beforeEach, describe, expect, it } from "vitest";
import { reachableNodes } from "../onnx/write-model.js";
import { blockedConv } from "./blocked.js";
import { GraphBuilder } from "./builder.js";
import { fuseBiases } from "./fuse-biases.js";
import { floats, type Value } from "./types.js";

const shape = [1, 16, 4, 4];
let graph: GraphBuilder;
let x: Value;
let filter: Value;
let bias: Value;
beforeEach(() => {
  graph = new GraphBuilder();
  x = graph.input({ dtype: "float32", shape });
  filter = graph.input({ dtype: "float32", shape: [16, 16, 1, 1] });
  bias = graph.input({ dtype: "float32", shape: [16] });
});

/** A convolution of all channels. */
function convolution(own?: Value, sum?: Value, attributes = {}): Value {
  graph.origin = "Conv2D";
  return blockedConv(graph, x, filter, own, sum, { group: 1, kernel_shape: [1, 1], ...attributes }, shape);
}
/** scale ⊙ of + bias + sum, as blocked images write it. */
function shift(of: Value, scale = 1, sum?: Value, attributes = {}): Value {
  graph.origin = "Add";
  const ones = graph.fill("float32", [16, 1, 1, 1], scale);
  return blockedConv(graph, of, ones, bias, sum, { group: 16, kernel_shape: [1, 1], ...attributes }, shape);
}
const fuse = (...outputs: Value[]) => fuseBiases(reachableNodes(outputs), outputs);

describe("fuseBiases", () => {
  it("has the convolution add what is added to its channels", () => {
    const result = shift(convolution());
    expect(fuse(result)).toEqual([
      expect.objectContaining({
        inputs: [x, filter, bias],
        attributes: { group: 1, kernel_shape: [1, 1] },
        outputs: [result],
        origin: "Conv2D + Add",
      }),
    ]);
  });

  it.each(["the convolution", "the bias"])("keeps an image that is added by %s", (by) => {
    const sum = graph.input({ dtype: "float32", shape });
    const result = by === "the bias" ? shift(convolution(), 1, sum) : shift(convolution(undefined, sum));
    expect(fuse(result).map(({ inputs }) => inputs)).toEqual([[x, filter, bias, sum]]);
  });

  it("hands an activation over", () => {
    const activation = { activation: "Clip", activation_params: floats([0, 6]) };
    const [node, ...rest] = fuse(shift(convolution(), 1, undefined, activation));
    expect(rest).toEqual([]);
    expect(node?.attributes).toEqual({ group: 1, kernel_shape: [1, 1], ...activation });
  });

  it("leaves a scale, a second bias, a second image and an activation in between alone", () => {
    const sum = graph.input({ dtype: "float32", shape });
    for (const result of [
      shift(convolution(), 2),
      shift(convolution(bias)),
      shift(convolution(undefined, sum), 1, sum),
      shift(convolution(undefined, undefined, { activation: "Relu" })),
    ]) {
      expect(fuse(result)).toEqual(reachableNodes([result]));
    }
  });

  it("leaves a convolution alone that something else reads, too", () => {
    const made = convolution();
    expect(fuse(shift(made), made)).toHaveLength(2);
    expect(fuse(shift(made), graph.unary("Exp", made))).toHaveLength(3);
  });
});
