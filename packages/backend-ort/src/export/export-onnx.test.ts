import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../register.js";
import { ModelMessage } from "../onnx/schema.js";
import { exportOnnx, type OnnxFile, type OnnxOptions } from "./export-onnx.js";
import { runOnnx } from "./run-onnx.js";

beforeAll(() => tf.setBackend("ort"));

const weight = tf.variable(tf.randomNormal([6, 2 * 2 * 4], 0, 1, "float32", 1));
const filter = tf.variable(tf.randomNormal([4, 4, 3, 4], 0, 0.3, "float32", 2));
const gamma = tf.variable(tf.tensor1d([1, -2, 0.5]));

/** Latents → pictures, with a batch norm by running values, an upsampling and what reshapes the batch. */
function generate(latents: tf.Tensor): tf.Tensor[] {
  const [count] = latents.shape as [number];
  const x = tf.reshape(tf.matMul(latents as tf.Tensor2D, weight as tf.Tensor2D), [count, 2, 2, 4]);
  const up = tf.conv2dTranspose(
    tf.relu(x) as tf.Tensor4D,
    filter as tf.Tensor4D,
    [count, 4, 4, 3],
    2,
    "same",
  );
  return [tf.tanh(tf.mul(up, gamma))];
}

const options: OnnxOptions = {
  inputs: [{ name: "latents", shape: [6], description: "N(0, 1)" }],
  outputs: [{ name: "images" }],
  variableNames: new Map([[filter, "generator.filter"]]),
  description: "A test.",
  metadata: { layout: "NHWC" },
};

/** The largest difference between the file in ONNX Runtime and the function here. */
function compare(file: OnnxFile, fn: (x: tf.Tensor) => tf.Tensor[], shape: number[]): number {
  const x = tf.randomNormal(shape, 0, 1, "float32", 3);
  const [expected] = fn(x) as [tf.Tensor];
  const values = x.dataSync() as Float32Array;
  const { images } = runOnnx(file.model, { latents: { dtype: "float32", shape, values } }, ["images"]);
  expect(images?.shape).toEqual(expected.shape);
  const wanted = Array.from(expected.dataSync());
  return wanted.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - (images?.values[at] as number))),
    0,
  );
}

const read = ({ model }: OnnxFile) =>
  ModelMessage.toObject(ModelMessage.decode(model), { longs: Number }) as never as {
    docString: string;
    metadataProps: object[];
    opsetImport: { domain?: string }[];
    graph: { input: object[]; output: object[]; node: { opType: string }[]; initializer: { name: string }[] };
  };

describe("exportOnnx", () => {
  it("writes a network for any number of examples, as ONNX's own operators", () => {
    const file = exportOnnx(generate, options);
    expect(file).toMatchObject({ batch: undefined, fixedBecause: undefined });
    for (const count of [1, 3, 11]) expect(compare(file, generate, [count, 6])).toBeLessThan(1e-6);
    const { graph, opsetImport, docString, metadataProps } = read(file);
    expect(opsetImport.map(({ domain }) => domain || "")).toEqual([""]);
    expect(docString).toBe("A test.");
    expect(metadataProps).toEqual([{ key: "layout", value: "NHWC" }]);
    const dim = (...sizes: number[]) => ({
      dim: [{ dimParam: "batch" }, ...sizes.map((dimValue) => ({ dimValue }))],
    });
    expect(graph.input).toEqual([
      { name: "latents", docString: "N(0, 1)", type: { tensorType: { elemType: 1, shape: dim(6) } } },
    ]);
    expect(graph.output).toEqual([
      { name: "images", type: { tensorType: { elemType: 1, shape: dim(4, 4, 3) } } },
    ]);
    expect(graph.initializer.map(({ name }) => name)).toContain("generator.filter");
    expect(graph.node.map(({ opType }) => opType)).toContain("ConvTranspose");
  });

  it("computes sizes that a reshape cannot find by itself", () => {
    const repeat = (x: tf.Tensor): tf.Tensor[] => {
      const [count] = x.shape as [number];
      const constant = tf.fill([count, 2], 0.5);
      const joined = tf.concat([x, constant, tf.broadcastTo(tf.slice(x, [0, 0], [count, 1]), [count, 3])], 1);
      // Twice as many rows and one more, of which the first go.
      const rows = tf.pad(tf.reshape(joined, [2 * count, -1]), [
        [1, 0],
        [0, 0],
      ]);
      return [tf.reshape(tf.slice(rows, [1, 0], [2 * count, -1]), [count, -1])];
    };
    const inputs = [{ name: "latents", shape: [5] }];
    const file = exportOnnx(repeat, { inputs, outputs: options.outputs });
    expect(file).toMatchObject({ batch: undefined, fixedBecause: undefined });
    for (const count of [1, 4]) expect(compare(file, repeat, [count, 5])).toBe(0);
  });

  it("keeps to one example where the graph depends on their number, says why, and takes a number", () => {
    const numbered = (x: tf.Tensor): tf.Tensor[] => [
      tf.add(x, tf.reshape(tf.range(0, x.shape[0] as number), [-1, 1])),
    ];
    const shape = { inputs: [{ name: "latents", shape: [2] }], outputs: options.outputs };
    const file = exportOnnx(numbered, shape);
    expect(file.batch).toBe(1);
    expect(file.fixedBecause).toMatch(/table that its Add reads depends on the number of examples/);
    const four = exportOnnx(numbered, { ...shape, batch: 4 });
    expect(four).toMatchObject({ batch: 4, fixedBecause: undefined });
    expect(compare(four, numbered, [4, 2])).toBe(0);
    expect(() => compare(four, numbered, [3, 2])).toThrow(/dimensions|shape/i);
  });

  it("refuses what a file cannot hold, and leaves no tensor behind", () => {
    const before = tf.memory().numTensors;
    const wrong =
      (fn: (x: tf.Tensor) => tf.Tensor[], more = {}) =>
      () =>
        exportOnnx(fn, { inputs: [{ name: "latents", shape: [6] }], outputs: options.outputs, ...more });
    expect(
      wrong((x) => {
        gamma.assign(tf.mul(gamma, tf.mean(x)) as tf.Tensor1D);
        return [x];
      }),
    ).toThrow(/changes variable/);
    expect(wrong((x) => [x, x])).toThrow(/returned 2 tensors where 1 outputs are named/);
    expect(wrong((x) => [x], { outputs: [{ name: "latents" }] })).toThrow(/are called latents/);
    expect(wrong((x) => [x], { batch: 0 })).toThrow(/batch must be a whole number above 0/);
    expect(() => exportOnnx((x) => [x.dataSync() as never], options)).toThrow(
      /read while its function is being traced/,
    );
    exportOnnx(generate, options);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("gives an argument, a constant and one tensor twice as results", () => {
    const both = (x: tf.Tensor): tf.Tensor[] => [x, x, tf.fill([x.shape[0] as number, 2], 7)];
    const file = exportOnnx(both, {
      inputs: [{ name: "latents", shape: [2] }],
      outputs: [{ name: "a" }, { name: "b" }, { name: "c" }],
    });
    const values = Float32Array.of(1, 2, 3, 4);
    const result = runOnnx(file.model, { latents: { dtype: "float32", shape: [2, 2], values } }, [
      "a",
      "b",
      "c",
    ]);
    expect(Object.values(result).map((tensor) => [...tensor.values])).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [7, 7, 7, 7],
    ]);
  });
});
