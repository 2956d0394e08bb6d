import { createInferenceContext, Random } from "@gan/core";
import { useCpuBackend } from "@gan/test-kit";
import {
  expandDims,
  memory,
  mul,
  randomNormal,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tidy,
  unstack,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { countStyles, parseStyleganLiteConfig, type StyleganLiteOptions } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { createStyleganLite } from "./stylegan-lite.js";

beforeAll(useCpuBackend);

const small: StyleganLiteOptions = {
  imageSize: 16,
  featureBase: 64,
  featureMax: 6,
  latentSize: 5,
  styleSize: 7,
  mappingLayers: 2,
};
const read = (tensor: Tensor) => [...tensor.dataSync()];
const distance = (one: Tensor, other: Tensor) => {
  const values = read(other);
  return Math.max(...read(one).map((value, index) => Math.abs(value - (values[index] as number))));
};
const ctx = (seed = 1) => createInferenceContext(new Random(seed));

/** Spares drawing sixty million numbers where only their count matters. */
class ZeroRandom extends Random {
  override normals(count: number): Float32Array {
    return new Float32Array(count);
  }
}

describe("the networks at the paper's sizes", () => {
  // config-f: 1024 pixels as the authors' code prints it, 256 pixels by the same layers.
  it.each([
    [1024, 30_370_060, 29_012_513],
    [256, 30_034_338, 28_864_129],
  ])("have StyleGAN2's number of weights at %i pixels", (imageSize, generatorCount, discriminatorCount) => {
    const config = parseStyleganLiteConfig({ imageSize });
    const generator = new Generator(config, new ZeroRandom(1));
    expect(generator.parameterCount()).toBe(generatorCount);
    generator.dispose();
    const discriminator = new Discriminator(config, new ZeroRandom(1));
    expect(discriminator.parameterCount()).toBe(discriminatorCount);
    discriminator.dispose();
  });
});

describe("styles", () => {
  const variant = createStyleganLite({ ...small, seed: 3 });
  const latents = () => randomNormal([4, 5], 0, 1, "float32", 2) as Tensor2D;

  it("do not see a latent's length, and are drawn towards their mean", () => {
    tidy(() => {
      const styles = variant.mapLatents(latents());
      expect(styles.shape).toEqual([4, 7]);
      expect(distance(styles, variant.mapLatents(mul(latents(), 5)))).toBeLessThan(1e-5);
      const { meanStyle } = variant.averages.generator.module.mapping;
      const mean = tensor1d([1, 2, 3, 4, 5, 6, 7]);
      meanStyle.assign(mean);
      const half = read(variant.mapLatents(latents(), { truncation: 0.5 }));
      const whole = read(styles);
      half.forEach((value, index) => {
        expect(value).toBeCloseTo(((whole[index] as number) + 1 + (index % 7)) / 2, 5);
      });
      expect(read(variant.mapLatents(latents(), { truncation: 0 })).slice(0, 7)).toEqual([
        1, 2, 3, 4, 5, 6, 7,
      ]);
      meanStyle.assign(tensor1d(new Array(7).fill(0)));
    });
  });

  it("are one for each layer, of which each changes the picture", () => {
    tidy(() => {
      const [one, other] = [variant.mapLatents(latents()), variant.mapLatents(mul(latents(), -1))];
      const count = countStyles(16);
      expect(count).toBe(6);
      const plain = variant.synthesize(one, ctx());
      expect(plain.shape).toEqual([4, 16, 16, 3]);
      expect(distance(plain, variant.synthesize(new Array<Tensor2D>(count).fill(one), ctx()))).toBe(0);
      for (let layer = 0; layer < count; layer++) {
        const styles = Array.from({ length: count }, (_, index) => (index === layer ? other : one));
        expect(distance(plain, variant.synthesize(styles, ctx()))).toBeGreaterThan(1e-4);
      }
      expect(() => variant.synthesize([one], ctx())).toThrow("needs 6 styles, got 1");
    });
  });

  it("are mixed from a random layer on, for the share of pictures that is asked for", () => {
    const mixed = (styleMixing: number) =>
      tidy(() => {
        const generator = new Generator(parseStyleganLiteConfig({ ...small, styleMixing }), new Random(1));
        const styles = generator.drawStyles(400, ctx(4), "main");
        const rows = styles.map((style) => unstack(style).map((row) => read(row).join()));
        return Array.from({ length: 400 }, (_, picture) => {
          const layers = rows.map((row) => row[picture]);
          const from = layers.findIndex((layer) => layer !== layers[0]);
          if (from >= 0) expect(new Set(layers.slice(from)).size).toBe(1);
          return from;
        });
      });
    expect(new Set(mixed(0))).toEqual(new Set([-1]));
    const froms = mixed(0.5);
    const share = froms.filter((from) => from > 0).length / froms.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.08);
    expect([...new Set(froms)].sort()).toEqual([-1, 1, 2, 3, 4, 5]);
  });
});

describe("createStyleganLite", () => {
  it("samples, judges one by one, and leaves no tensor behind", () => {
    const variant = createStyleganLite(small);
    const before = memory().numTensors;
    const images = variant.sample({ count: 5, truncation: 0.7 }, ctx());
    expect(images.shape).toEqual([5, 16, 16, 3]);
    const probabilities = variant.discriminate(images);
    const alone = tidy(() => read(variant.discriminate(unstackOne(images, 2))));
    expect(read(probabilities)[2]).toBeCloseTo(alone[0] as number, 6);
    images.dispose();
    probabilities.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it("is told of classes where it has some, and says when it is not", () => {
    const variant = createStyleganLite({ ...small, classCount: 3 });
    tidy(() => {
      const labels = (value: number) => tensor1d([value, value], "int32");
      const [zero, one] = [0, 1].map((value) =>
        variant.sample({ count: 2, condition: labels(value) }, ctx()),
      );
      expect(distance(zero as Tensor, one as Tensor)).toBeGreaterThan(1e-4);
      expect(distance(zero as Tensor, variant.sample({ count: 2, condition: labels(0) }, ctx()))).toBe(0);
      const { discriminator } = variant.networks;
      const images = zero as Parameters<typeof discriminator.forward>[0];
      const scores = [0, 1].map((value) => discriminator.forward(images, labels(value)));
      expect(distance(scores[0] as Tensor, scores[1] as Tensor)).toBeGreaterThan(1e-5);
      const latents = randomNormal([2, 5]) as Tensor2D;
      expect(() => variant.mapLatents(latents)).toThrow("needs labels of its 3 classes");
      expect(() => createStyleganLite(small).mapLatents(latents, { labels: labels(0) })).toThrow(
        "knows no classes",
      );
    });
  });

  it("leaves out the parts that are switched off", () => {
    const variant = createStyleganLite({ ...small, noise: false, pathLength: 0, styleMixing: 0 });
    const names = [...variant.networks.generator.namedParameters().keys()];
    expect(names.filter((name) => name.includes("noise"))).toEqual([]);
    expect(variant.phases.map(({ name }) => name)).toEqual(["discriminator", "penalty", "generator"]);
    tidy(() => {
      const style = randomNormal([1, 7], 0, 1, "float32", 3) as Tensor2D;
      expect(distance(variant.synthesize(style, ctx(1)), variant.synthesize(style, ctx(2)))).toBe(0);
    });
  });
});

function unstackOne<T extends Tensor>(images: T, index: number): T {
  return expandDims(unstack(images)[index] as Tensor, 0) as T;
}
