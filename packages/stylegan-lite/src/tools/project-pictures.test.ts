import "@gan/backend-ort";
import { decodeSafetensors, type FeatureExtractor } from "@gan/core";
import { loadExtractor } from "@gan/core/node";
import { useTrainingBackend } from "@gan/test-kit";
import { dispose, memory, type Tensor4D, tensor4d, tidy } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StyleganLite } from "../stylegan-lite.js";
import { createTiny, read } from "../tiny.test-helper.js";
import { type Projection, projectPictures } from "./project-pictures.js";
import { mapSeeds, renderStyles } from "./render-styles.js";
import { encodeEncoder, restoreEncoder, type StyleEncoder } from "./style-encoder.js";
import { trainEncoder } from "./train-encoder.js";

let variant: StyleganLite;
let targets: Tensor4D;
let encoder: StyleEncoder;
const unexplained: number[] = [];

beforeAll(async () => {
  await useTrainingBackend();
  variant = createTiny();
  targets = tidy(() => renderStyles(variant, mapSeeds(variant, [11, 12])));
  encoder = await trainEncoder(variant, {
    totalImages: 6400,
    batchSize: 16,
    onProgress: (_done, _total, value) => unexplained.push(value),
  });
});
afterAll(() => encoder.dispose());

const project = (options: Parameters<typeof projectPictures>[2] = {}) =>
  projectPictures(variant, targets, { steps: 60, ...options });
const forget = ({ styles, inW, start }: Projection) => dispose([styles, inW, start]);

describe("trainEncoder", () => {
  it("tells styles from pictures, and is the same after being saved", async () => {
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(unexplained.length).toBe(400);
    expect(mean(unexplained.slice(-20))).toBeLessThan(0.5 * mean(unexplained.slice(0, 5)));
    const bytes = await encodeEncoder(encoder, 16);
    const again = restoreEncoder(variant.config, decodeSafetensors(bytes, "file"), "file");
    const [one, other] = tidy(() => [encoder, again].map((network) => read(network.forward(targets))));
    expect(other).toEqual(one);
    again.dispose();
    const large = { ...variant.config, imageSize: 32 };
    expect(() => restoreEncoder(large, decodeSafetensors(bytes, "file"), "file")).toThrow(
      "file is no encoder for this model",
    );
  });
});

describe("projectPictures", () => {
  it("comes nearer than the mean where it begins, in w and nearer yet in w+, and leaves nothing behind", async () => {
    const before = memory().numTensors;
    const seen: number[] = [];
    const found = await project({ onProgress: (done, count) => seen.push(done / count) });
    expect([found.startedBy, found.compared]).toEqual(["mean", "pixels"]);
    const { mean, start, inW, end } = found.distances;
    expect(mean).toEqual(start);
    for (let picture = 0; picture < 2; picture++) {
      expect(inW[picture]).toBeLessThan(0.3 * (mean[picture] as number));
      expect(end[picture]).toBeLessThan(inW[picture] as number);
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, step) => (step + 1) / 120));
    // By hand: the mean squared difference of the first picture.
    const [made, wanted] = tidy(() => [renderStyles(variant, found.styles), targets].map(read)) as [
      number[],
      number[],
    ];
    const squares = made.slice(0, 256).map((value, at) => (value - (wanted[at] as number)) ** 2);
    expect(squares.reduce((sum, value) => sum + value, 0) / 256).toBeCloseTo(end[0] as number, 5);
    // In w all layers have one style.
    const layers = found.inW.arraySync()[0] as number[][];
    for (const layer of layers) expect(layer).toEqual(layers[0]);
    forget(found);
    expect(memory().numTensors).toBe(before);
  });

  it("begins nearer with an encoder", async () => {
    const found = await project({ encoder, steps: 20, space: "w" });
    const { mean, start, end } = found.distances;
    expect(found.startedBy).toBe("encoder");
    for (let picture = 0; picture < 2; picture++) {
      expect(start[picture]).toBeLessThan(0.8 * (mean[picture] as number));
      expect(end[picture]).toBeLessThan(start[picture] as number);
    }
    expect(read(found.styles)).toEqual(read(found.inW));
    forget(found);
  });

  it("compares features too, where a network is given", async () => {
    const extractor = await loadExtractor("mnist-classifier");
    const found = await project({ extractor, steps: 40 });
    const { mean, end } = found.distances;
    expect(found.compared).toBe("mnist-classifier");
    for (let picture = 0; picture < 2; picture++)
      expect(end[picture]).toBeLessThan(0.3 * (mean[picture] as number));
    forget(found);
    const blind = { ...extractor, embed: undefined } as unknown as FeatureExtractor;
    await expect(project({ extractor: blind })).rejects.toThrow("mnist-classifier has no gradient");
    extractor.dispose();
  });

  it("gives the same for the same seed", async () => {
    const [one, other] = [await project({ steps: 5 }), await project({ steps: 5 })];
    expect(read(other.styles)).toEqual(read(one.styles));
    const third = await project({ steps: 5, seed: 1 });
    expect(read(third.styles)).not.toEqual(read(one.styles));
    for (const found of [one, other, third]) forget(found);
  });

  it("refuses pictures of another size", async () => {
    const large = tensor4d(new Float32Array(2 * 32 * 32), [2, 32, 32, 1]);
    await expect(projectPictures(variant, large)).rejects.toThrow(
      "must be [.., 16, 16, 1], got [2, 32, 32, 1]",
    );
    await expect(project({ steps: 0 })).rejects.toThrow("steps must be a whole number from 1, got 0");
  });
});
