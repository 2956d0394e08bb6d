import { createInferenceContext, Random } from "@gan/core";
import { useCpuBackend } from "@gan/test-kit";
import {
  add,
  concat,
  div,
  memory,
  mul,
  randomNormal,
  reshape,
  scalar,
  slice,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tidy,
  tile,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { parseProganConfig } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { fadeReals } from "./phases.js";
import { createProgan } from "./progan.js";

beforeAll(useCpuBackend);

const config = parseProganConfig({ imageSize: 16, featureBase: 64, featureMax: 8, latentSize: 5 });
const read = (tensor: Tensor) => [...tensor.dataSync()];

/** The largest difference between two tensors. */
const distance = (one: Tensor, other: Tensor) => {
  const values = other.dataSync();
  return Math.max(...read(one).map((value, index) => Math.abs(value - (values[index] as number))));
};

const doubled = (images: Tensor4D) =>
  tidy(() => {
    const [batch, height, width, channels] = images.shape;
    const apart = tile(reshape(images, [batch, height, 1, width, 1, channels]), [1, 1, 2, 1, 2, 1]);
    return reshape(apart, [batch, 2 * height, 2 * width, channels]) as Tensor4D;
  });

describe("the networks of the paper", () => {
  it("have 23,079,115 and 23,087,249 weights at 1024 pixels, as the authors' own", () => {
    const networks = createProganNetworks(1024);
    expect(networks).toEqual({ generator: 23_079_115, discriminator: 23_087_249 });
  });
});

/** Spares drawing forty million numbers where only their count matters. */
class ZeroRandom extends Random {
  override normals(count: number): Float32Array {
    return new Float32Array(count);
  }
}

function createProganNetworks(imageSize: number) {
  const paper = parseProganConfig({ imageSize });
  const generator = new Generator(paper, new ZeroRandom(1));
  const discriminator = new Discriminator(paper, new ZeroRandom(2));
  const counts = { generator: generator.parameterCount(), discriminator: discriminator.parameterCount() };
  generator.dispose();
  discriminator.dispose();
  return counts;
}

describe("Generator", () => {
  const generator = new Generator(config, new Random(1));
  const latents = () => randomNormal([4, 5], 0, 1, "float32", 3) as Tensor2D;

  it("gives pictures of each level's size", () => {
    const shapes = [0, 1, 2].map((level) => tidy(() => generator.forward(latents(), level).shape));
    expect(shapes).toEqual([
      [4, 4, 4, 3],
      [4, 8, 8, 3],
      [4, 16, 16, 3],
    ]);
  });

  it("fades from the level before, enlarged, to the level itself", () => {
    tidy(() => {
      const x = latents();
      const [small, large] = [generator.forward(x, 1), generator.forward(x, 2)];
      expect(distance(small, slice(large, [0, 0, 0, 0], small.shape))).toBeGreaterThan(0.01);
      expect(distance(generator.forward(x, 2, scalar(0)), doubled(small))).toBeLessThan(1e-6);
      expect(distance(generator.forward(x, 2, scalar(1)), large)).toBeLessThan(1e-6);
      const half = div(add(doubled(small), large), 2);
      expect(distance(generator.forward(x, 2, scalar(0.5)), half)).toBeLessThan(1e-6);
    });
  });

  it("does not see the length of a latent vector", () => {
    tidy(() => {
      const x = latents();
      expect(distance(generator.forward(x, 1), generator.forward(mul(x, 3), 1))).toBeLessThan(1e-5);
    });
  });
});

describe("Discriminator", () => {
  const discriminator = new Discriminator(config, new Random(2));
  const pictures = (size: number) => randomNormal([4, size, size, 3], 0, 1, "float32", size) as Tensor4D;

  it("fades from the pictures at half the size to the pictures themselves", () => {
    tidy(() => {
      const small = pictures(8);
      const large = doubled(small);
      const before = discriminator.forward(small, 1);
      expect(before.shape).toEqual([4, 1]);
      expect(distance(discriminator.forward(large, 2, scalar(0)), before)).toBeLessThan(1e-5);
      const after = discriminator.forward(large, 2);
      expect(distance(discriminator.forward(large, 2, scalar(1)), after)).toBeLessThan(1e-5);
      expect(distance(before, after)).toBeGreaterThan(1e-3);
    });
  });

  it("sees how much the pictures of a group differ", () => {
    tidy(() => {
      const one = slice(pictures(8), [0, 0, 0, 0], [1, 8, 8, 3]);
      const alike = tile(one, [4, 1, 1, 1]);
      const alone = read(discriminator.forward(alike, 1))[0] as number;
      const among = read(discriminator.forward(concat([one, slice(pictures(8), 1, 3)]), 1))[0] as number;
      expect(Math.abs(alone - among)).toBeGreaterThan(1e-4);
    });
  });
});

describe("fadeReals", () => {
  it("blends pictures with their own halves, enlarged", () => {
    tidy(() => {
      const images = randomNormal([2, 4, 4, 1], 0, 1, "float32", 1) as Tensor4D;
      expect(fadeReals(images, undefined)).toBe(images);
      expect(distance(fadeReals(images, scalar(1)), images)).toBeLessThan(1e-6);
      const faded = fadeReals(images, scalar(0)).arraySync()[0] as number[][][];
      const original = images.arraySync()[0] as number[][][];
      const pixel = (rows: number[][][], y: number, x: number) => rows[y]?.[x]?.[0] as number;
      const mean =
        (pixel(original, 2, 0) + pixel(original, 2, 1) + pixel(original, 3, 0) + pixel(original, 3, 1)) / 4;
      for (const [y, x] of [
        [2, 0],
        [2, 1],
        [3, 0],
        [3, 1],
      ] as const)
        expect(pixel(faded, y, x)).toBeCloseTo(mean, 5);
    });
  });
});

describe("createProgan", () => {
  it("samples at the level that training has reached, or at any", () => {
    const progan = createProgan({ ...config, stableImages: 128, fadeImages: 256, seed: 3 });
    const ctx = () => createInferenceContext(new Random(1));
    const tensors = memory().numTensors;
    const sizes = [0, 128, 384, 640, 1e6].map((imagesSeen) => {
      progan.state.growth.imagesSeen = imagesSeen;
      const images = progan.sample({ count: 3 }, ctx());
      const [count, size] = images.shape;
      images.dispose();
      expect(count).toBe(3);
      return size;
    });
    expect(sizes).toEqual([4, 8, 8, 16, 16]);
    for (const level of [0, 1, 2]) {
      const images = progan.sampleLevel({ count: 1 }, ctx(), level);
      expect(images.shape).toEqual([1, 4 * 2 ** level, 4 * 2 ** level, 3]);
      images.dispose();
    }
    expect(memory().numTensors).toBe(tensors);
    expect(() => progan.sampleLevel({ count: 1 }, ctx(), 3)).toThrow(
      "level must be a whole number from 0 (4×4) to 2 (16×16), got 3",
    );
    expect(() => progan.sample({ count: 1, truncation: 0.5 }, ctx())).toThrow("truncation must be 1");
  });

  it("keeps how far it has grown", () => {
    const { growth } = createProgan(config).state;
    growth.imagesSeen = 700_000;
    const copy = createProgan(config).state.growth;
    copy.load(JSON.parse(JSON.stringify(growth.save())));
    expect(copy.stage.key).toBe("8 fading");
    expect(copy.fade).toBeCloseTo(growth.fade, 12);
    for (const broken of [null, {}, { imagesSeen: -1 }, { imagesSeen: 0.5 }]) {
      expect(() => copy.load(broken)).toThrow("the state of growth must hold imagesSeen");
    }
  });
});
