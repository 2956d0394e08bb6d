// tfjs-core in Node comes without gradients; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../graph/builder.js";
import type { TensorSpec, Value } from "../graph/types.js";
import { compile } from "../index.js";
import { reachableNodes } from "../onnx/write-model.js";
import { loweredKernels } from "./index.js";
import { filled, SPECIAL } from "./parity-values.test-helper.js";

const SPEC: TensorSpec = { shape: [4, 5], dtype: "float32" };

function lower(graph: GraphBuilder, name: string, inputs: Record<string, Value>, attributes: object): Value {
  const spec = loweredKernels.find((kernel) => kernel.name === name);
  const inferred = spec?.infer(inputs as never, attributes as never);
  return spec?.lower(graph, inputs as never, inferred?.params as never, inferred?.outputs ?? []) as Value;
}

/** The graph of leakyRelu's gradient as tfjs writes it, `threshold` and `slope` as given. */
function gradientOperators(threshold: number, slope: number): string[] {
  const graph = new GraphBuilder();
  const x = graph.input(SPEC);
  const dy = graph.input(SPEC);
  lower(graph, "LeakyRelu", { x }, { alpha: 0.2 });
  const condition = lower(graph, "Greater", { a: x, b: graph.scalar(threshold) }, {});
  const scaled = lower(graph, "Multiply", { a: dy, b: graph.scalar(slope) }, {});
  const result = lower(graph, "Select", { condition, t: dy, e: scaled }, {});
  return reachableNodes([result]).map(({ opType }) => opType);
}

describe("the gradient of leaky ReLU", () => {
  it("becomes a mask of the result and one product", () => {
    expect(gradientOperators(0, Math.fround(0.2))).toEqual(["LeakyRelu", "Ceil", "Clip", "Mul"]);
  });

  it("stays a selection when the threshold or the slope is another", () => {
    expect(gradientOperators(0.1, Math.fround(0.2))).toEqual(["Greater", "Mul", "Where"]);
    expect(gradientOperators(0, Math.fround(0.3))).toEqual(["Greater", "Mul", "Where"]);
  });

  it.each([0.2, 1, 0.01, 0, -0.5, 2])(
    "with alpha %f equals tfjs-backend-cpu's when compiled",
    async (alpha) => {
      const gradient = (x: tf.Tensor, dy: tf.Tensor): tf.Tensor =>
        tf.grad((v) => tf.leakyRelu(v, alpha))(x, dy);
      const finite = SPECIAL.filter((value) => Number.isFinite(value));
      const make = (): [tf.Tensor, tf.Tensor] => [
        filled([6, 19], "float32", finite),
        filled([6, 19], "float32", [1, -2, Number.NaN, 0.5, 0, Number.POSITIVE_INFINITY, -3]),
      ];
      await tf.setBackend("cpu");
      const wanted = tf.tidy(() => gradient(...make()).dataSync());
      await tf.setBackend("ort");
      const compiled = compile(gradient);
      const given = tf.tidy(() => compiled(...make()).dataSync());
      compiled.dispose();
      expect(Array.from(given).map(Math.fround)).toEqual(
        Array.from(wanted).map((value) => Math.fround(value)),
      );
    },
  );
});
