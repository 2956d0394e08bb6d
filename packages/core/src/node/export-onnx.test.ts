import { runOnnx } from "@gan/backend-ort";
import { useCpuBackend } from "@gan/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { Conv2d, Dense, Embedding, Module } from "../nn/index.js";
import { Random } from "../random/index.js";
import type { ExportableNetwork } from "../train/index.js";
import { exportOnnx } from "./export-onnx.js";

await useCpuBackend();

class Toy extends Module {
  readonly random = new Random(1);
  readonly embed = this.child("embed", new Embedding({ classes: 3, features: 4, random: this.random }));
  readonly dense = this.child("dense", new Dense({ inputs: 8, outputs: 32, random: this.random }));
  readonly conv = this.child(
    "conv",
    new Conv2d({ inputs: 2, outputs: 3, kernelSize: 3, random: this.random }),
  );
}

const toy = new Toy();
const labelled: ExportableNetwork = {
  description: "Pictures of a class.",
  inputs: {
    latents: { shape: [4], values: "normal", description: "N(0, 1)" },
    labels: { shape: [], values: { below: 3 }, description: "0 to 2" },
  },
  outputs: { images: "in [-1, 1]" },
  forward({ latents, labels }) {
    const joined = tf.concat([latents as tf.Tensor2D, toy.embed.forward(labels as never)], 1);
    const x = tf.reshape(toy.dense.forward(joined as tf.Tensor2D), [-1, 4, 4, 2]) as tf.Tensor4D;
    return { images: tf.tanh(toy.conv.forward(x)) };
  },
};
const translator: ExportableNetwork = {
  description: "Pictures from pictures.",
  inputs: { source: { shape: [6, 4, 2], values: "pictures", description: "in [-1, 1]" } },
  outputs: { images: "in [-1, 1]" },
  forward: ({ source }) => ({ images: tf.tanh(toy.conv.forward(source as tf.Tensor4D)) }),
};
const variant = (exportable?: Record<string, ExportableNetwork>) => ({
  name: "toy",
  networks: { toy },
  averages: {},
  ...(exportable && { exportable }),
});

it("writes a network with labels, tried in ONNX Runtime against the current backend, which stays", async () => {
  const [before, backend] = [tf.memory().numTensors, tf.getBackend()];
  expect(backend).not.toBe("ort");
  const file = await exportOnnx(variant({ labelled }));
  expect(tf.getBackend()).toBe(backend);
  expect(tf.memory().numTensors).toBe(before);
  expect(file.largestDifference).toBeLessThan(1e-5);
  expect(file).toMatchObject({
    network: "labelled",
    layout: "NHWC",
    inputs: [
      { name: "latents", dtype: "float32", shape: ["batch", 4] },
      { name: "labels", dtype: "int32", shape: ["batch"] },
    ],
    outputs: [{ name: "images", shape: ["batch", 4, 4, 3] }],
    fixedBecause: undefined,
  });
});

it("writes pictures in PyTorch's layout, on both ends", async () => {
  const file = await exportOnnx(variant({ labelled, translator }), {
    network: "translator",
    layout: "NCHW",
    batch: 2,
  });
  expect(file.inputs[0]?.shape).toEqual([2, 2, 6, 4]);
  expect(file.outputs[0]?.shape).toEqual([2, 3, 6, 4]);
  const values = new Random(5).normals(2 * 2 * 6 * 4);
  const { images } = runOnnx(file.bytes, { source: { dtype: "float32", shape: [2, 2, 6, 4], values } }, [
    "images",
  ]);
  const nhwc = tf.transpose(tf.tensor(values, [2, 2, 6, 4]), [0, 2, 3, 1]) as tf.Tensor4D;
  const expected = tf.transpose(tf.tanh(toy.conv.forward(nhwc)), [0, 3, 1, 2]).dataSync();
  for (const [at, value] of expected.entries()) expect(images?.values[at]).toBeCloseTo(value, 5);
});

it("refuses a file that differs from the network", async () => {
  let calls = 0;
  const forward: ExportableNetwork["forward"] = ({ source }) => ({
    images: tf.add(source as tf.Tensor4D, ++calls > 2 ? 2e-4 : 0),
  });
  await expect(exportOnnx(variant({ drifting: { ...translator, forward } }))).rejects.toThrow(
    /must differ from itself here by less than 0.0001, and differs by 2.0e-4/,
  );
});

it("names the networks there are, and says when there is none", async () => {
  await expect(exportOnnx(variant({ labelled }), { network: "other" })).rejects.toThrow(
    /no network other to export. It has labelled/,
  );
  await expect(exportOnnx(variant())).rejects.toThrow(/no network that can be exported/);
  await tf.setBackend("cpu");
});
