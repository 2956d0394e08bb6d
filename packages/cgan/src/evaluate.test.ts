import {
  createImageStore,
  createInferenceContext,
  DataError,
  type FeatureExtractor,
  Random,
} from "@gan/core";
import { useCpuBackend } from "@gan/test-kit";
import { memory, ones, tensor4d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type Cgan, createCgan } from "./cgan.js";
import { evaluateClasses } from "./evaluate.js";

beforeAll(useCpuBackend);

const cgan = createCgan({ imageSize: 8, channels: 1, classNames: ["dark", "bright"], latentSize: 3 });

/** Tells dark from bright by the first pixel; features are that and the last one. */
function createClassifier(classCount = 2): FeatureExtractor & { sizes: Set<string> } {
  const sizes = new Set<string>();
  return {
    name: "first-pixel",
    weightsHash: "0".repeat(64),
    resize: "none",
    inputSize: 4,
    channels: 1,
    featureCount: 2,
    classCount,
    batchSize: 5,
    sizes,
    async extract(pictures) {
      for (const { width, height } of pictures) sizes.add(`${width}×${height}`);
      const ends = pictures.map(({ pixels }) => [pixels[0] as number, pixels.at(-1) as number] as const);
      return {
        features: Float32Array.from(ends.flat()),
        logits: Float32Array.from(ends.flatMap(([first]) => [127 - first, first - 127])),
      };
    },
    dispose() {},
  };
}

const random = new Random(1);
const pixels = Uint8Array.from({ length: 12 * 16 }, (_, index) => {
  const isBright = Math.floor(index / 16) % 2 === 1;
  return (isBright ? 200 : 20) + random.integer(20);
});
const labels = Array.from({ length: 12 }, (_, index) => index % 2);
const names = ["dark", "bright"];
const real = createImageStore({
  name: "shades",
  count: 12,
  height: 4,
  width: 4,
  channels: 1,
  pixels,
  labels,
  labelNames: names,
});

/** Pictures with the shade of their class inside a bright border. */
const faithful: Cgan = {
  ...cgan,
  sample({ count, condition }) {
    return tidy(() => {
      const asked = condition?.dataSync() as Int32Array;
      const values = new Float32Array(count * 64).fill(1);
      for (let picture = 0; picture < count; picture++) {
        const shade = asked[picture] === 1 ? 0.7 : -0.7;
        for (let row = 2; row < 6; row++) {
          values.fill(shade, picture * 64 + row * 8 + 2, picture * 64 + row * 8 + 6);
        }
      }
      return tensor4d(values, [count, 8, 8, 1]);
    });
  },
};
const request = () => ({ real, count: 12, ctx: createInferenceContext(new Random(2)) });

describe("evaluateClasses", () => {
  it("asks for every class in turn, cuts off the border, and leaves no tensors", async () => {
    const extractor = createClassifier();
    const before = memory().numTensors;
    const figures = await evaluateClasses(faithful, { ...request(), extractor });
    expect(memory().numTensors).toBe(before);
    expect([...extractor.sizes]).toEqual(["4×4"]);
    expect(figures).toMatchObject({
      generated: 12,
      real: 12,
      accuracy: 1,
      accuracyByClass: { dark: 1, bright: 1 },
      realAccuracy: 1,
    });
    expect(figures.coverage).toBeLessThanOrEqual(1);
    expect(figures.frechetDistance).toBeGreaterThan(0);
    const { dark, bright } = figures.intraClassDistanceByClass ?? {};
    expect(figures.intraClassDistance).toBeCloseTo(((dark ?? 0) + (bright ?? 0)) / 2, 8);
    // Both shades are about 8 away from their class's mean, of two features.
    expect(figures.intraClassDistance).toBeLessThan(1000);
  });

  it("sees what ignores its class", async () => {
    const deaf: Cgan = { ...cgan, sample: ({ count }) => ones([count, 8, 8, 1]) };
    const extractor = createClassifier();
    const figures = await evaluateClasses(deaf, { ...request(), extractor });
    const { accuracy, accuracyByClass, coverage, intraClassDistanceByClass = {} } = figures;
    expect([accuracy, accuracyByClass, coverage]).toEqual([0.5, { dark: 0, bright: 1 }, 0]);
    expect(intraClassDistanceByClass["dark"]).toBeGreaterThan(2 * 200 ** 2);
    expect(intraClassDistanceByClass["bright"]).toBeLessThan(2 * 60 ** 2);
    const lonely = createImageStore({ ...real, labels: labels.map((_, index) => (index === 0 ? 1 : 0)) });
    const few = await evaluateClasses(deaf, { ...request(), real: lonely, extractor: createClassifier() });
    expect(few).not.toHaveProperty("intraClassDistance");
  });

  it("refuses a classifier of other classes, and pictures without labels", async () => {
    const other = evaluateClasses(cgan, { ...request(), extractor: createClassifier(3) });
    await expect(other).rejects.toThrow(DataError);
    await expect(other).rejects.toThrow(/these 2 classes, got first-pixel, which knows 3/);
    const { label: _, ...unlabelled } = real;
    const extractor = createClassifier();
    await expect(evaluateClasses(cgan, { ...request(), real: unlabelled, extractor })).rejects.toThrow(
      /no labels/,
    );
  });
});
