import { writeFile } from "node:fs/promises";
import { exportOnnx } from "@gan/backend-ort";
import { concat, mean, reshape, setBackend, slice, type Tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { PixelImage } from "../../data/index.js";
import { ConfigError, DataError } from "../../errors/index.js";
import type { OnnxPictures } from "../../metrics/index.js";
import { hashPicture } from "../../metrics/networks/hashed-weights.test-helper.js";
import { useFolder } from "../pictures.test-helper.js";
import { loadExtractor } from "./load-extractor.js";

const folder = useFolder();

/** Features: the first pixel's channels, and their means over the picture. */
async function writeModel(name: string, layout: "nchw" | "nhwc", batch?: number): Promise<string> {
  const shape = layout === "nchw" ? [3, 4, 4] : [4, 4, 3];
  const [pixel, axes] =
    layout === "nchw"
      ? [
          [-1, -1, 1, 1],
          [2, 3],
        ]
      : [
          [-1, 1, 1, -1],
          [1, 2],
        ];
  const network = (x: Tensor) => {
    const first = slice(x, [0, 0, 0, 0], pixel as number[]);
    return [concat([reshape(first, [-1, 3]), mean(x, axes as number[])], 1), mean(x, axes as number[])];
  };
  const options = { inputs: [{ name: "x", shape }], outputs: [{ name: "both" }, { name: "means" }], batch };
  const path = folder(name);
  await writeFile(path, exportOnnx((x) => network(x), options).model);
  return path;
}

const settings = { size: 4, mean: [0.5, 0.25, 0], deviation: [0.5, 1, 2] };
const pictures = ["a", "b", "c"].map((name) => hashPicture(name, 4, 4));

/** By hand: (byte / 255 - mean) / deviation. */
function expectFeatures(features: Float32Array, count: number): void {
  expect(features.length).toBe(count * 6);
  for (const [row, { pixels }] of pictures.slice(0, count).entries()) {
    for (let channel = 0; channel < 3; channel++) {
      const own = pixels.filter((_, index) => index % 3 === channel);
      const normalise = (byte: number) =>
        (byte / 255 - (settings.mean[channel] as number)) / (settings.deviation[channel] as number);
      expect(features[row * 6 + channel]).toBeCloseTo(normalise(own[0] as number), 5);
      const average = own.reduce((sum, byte) => sum + byte, 0) / own.length;
      expect(features[row * 6 + 3 + channel]).toBeCloseTo(normalise(average), 5);
    }
  }
}

beforeAll(async () => {
  await setBackend("ort");
});

describe("an ONNX file as extractor", () => {
  it.each([
    ["nchw", undefined],
    ["nhwc", undefined],
    ["nchw", 2],
  ] as const)("gives what the network gives, %s, batch %s", async (layout, batch) => {
    const path = await writeModel(`${layout}-${batch}.onnx`, layout, batch);
    const extractor = await loadExtractor(path, { input: { ...settings, layout } });
    expect([extractor.featureCount, extractor.classCount, extractor.inputSize]).toEqual([6, 0, 4]);
    expectFeatures((await extractor.extract(pictures)).features, 3);
    expect(extractor.name).toContain(`${layout}-${batch}.onnx (4 px, ${layout}, mean 0.5 0.25 0`);
    extractor.dispose();
  });

  it("resizes, repeats grey, and takes another result", async () => {
    const path = await writeModel("result.onnx", "nchw");
    const extractor = await loadExtractor(path, { input: { size: 4, output: "means" } });
    const grey: PixelImage = { width: 9, height: 7, channels: 1, pixels: new Uint8Array(63).fill(51) };
    const { features } = await extractor.extract([grey]);
    for (const value of features) expect(value).toBeCloseTo(0.2, 5);
    expect(features.length).toBe(3);
    extractor.dispose();
  });

  it("refuses what is not stated, contradicts itself or the file, and files of something else", async () => {
    const path = await writeModel("refused.onnx", "nchw");
    const open = (input?: OnnxPictures) => loadExtractor(path, input === undefined ? {} : { input });
    await expect(open()).rejects.toThrow(/needs to know its input's size\. Give input, at least/);
    await expect(open({ size: 0, mean: [1, 2], deviation: [0] })).rejects.toThrow(
      /size must be a whole number from 1, got 0; mean must be one number or 3, got 1 2; deviation must be above 0/,
    );
    await expect(open({ size: 5 })).rejects.toThrow(
      /does not run on \[1, 3, 5, 5\]: .*Look at --input-size/s,
    );
    await expect(open({ size: 4, output: "other" })).rejects.toThrow(
      /got the inputs x and the results both, means/,
    );
    await writeFile(folder("text.onnx"), "hello");
    const text = loadExtractor(folder("text.onnx"), { input: { size: 4 } });
    await expect(text).rejects.toThrow(/is no network that ONNX Runtime opens/);
    await expect(text).rejects.toBeInstanceOf(DataError);
    await expect(loadExtractor("mnist-classifier", { input: { size: 28 } })).rejects.toBeInstanceOf(
      ConfigError,
    );
    await expect(loadExtractor("resnet")).rejects.toThrow(
      /must be inception, efficientnet-lite0, .* got resnet/,
    );
  });
});
