import { createInferenceContext, Random } from "@gan/core";
import { createTrainingContext, useCpuBackend } from "@gan/test-kit";
import { max, min, mul, type Tensor4D, tensor, tidy, zeros } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { UNet, type UNetConfig } from "./unet.js";

beforeAll(useCpuBackend);

const random = new Random(3);
const tiny: UNetConfig = {
  imageSize: 32,
  inputChannels: 1 as const,
  outputChannels: 3 as const,
  generatorFeatures: 2,
  dropoutRate: 0.5,
};
const dropped = (network: UNet, value: number, batch = 1) => {
  const noise: Record<string, Float32Array> = {};
  [2, 4, 8].forEach((side, block) => {
    const channels = [16, 8, 4][block] as number;
    noise[`dropout.${block}`] = new Float32Array(batch * side ** 2 * channels).fill(value);
  });
  return { network, ctx: createTrainingContext({ noise }) };
};

describe("UNet", () => {
  it("has pytorch-CycleGAN-and-pix2pix's 54,413,955 parameters at 256 pixels", () => {
    const config = { ...tiny, imageSize: 256, inputChannels: 3 as const, generatorFeatures: 64 };
    const network = new UNet(config, random);
    expect(network.parameterCount()).toBe(54_413_955);
    network.dispose();
  });

  it.each([32, 64, 128, 256, 512])("goes down to one pixel and up again at %i pixels", (imageSize) => {
    const network = new UNet({ ...tiny, imageSize, generatorFeatures: 1 }, random);
    tidy(() => {
      const images = tensor(random.normals(imageSize ** 2), [1, imageSize, imageSize, 1]) as Tensor4D;
      const output = network.forward(images, createInferenceContext(random), false);
      expect(output.shape).toEqual([1, imageSize, imageSize, 3]);
      expect(Math.abs(max(output).dataSync()[0] as number)).toBeLessThanOrEqual(1);
      expect(min(output).dataSync()[0]).toBeLessThan(max(output).dataSync()[0] as number);
    });
    network.dispose();
  });

  it("has no batch norm on the first, the innermost and the last layer, and a bias on the last only", () => {
    const names = [...new UNet(tiny, random).namedParameters().keys()];
    const norms = names.filter((name) => name.endsWith("gamma"));
    expect(norms.map((name) => name.replace(".norm.gamma", ""))).toEqual([
      "down.1",
      "down.2",
      "down.3",
      "up.0",
      "up.1",
      "up.2",
      "up.3",
    ]);
    expect(names.filter((name) => name.endsWith("bias"))).toEqual(["toImage.bias"]);
  });

  it("sees the whole picture through the bottleneck and each pixel through the skips", () => {
    const { network, ctx } = dropped(new UNet(tiny, random), 0.9);
    tidy(() => {
      for (const [name, variable] of network.namedParameters()) {
        if (name.endsWith("weight")) variable.assign(mul(variable, 4)); // a bottleneck that is heard
      }
      const values = random.normals(1024);
      const run = () => network.forward(tensor(values.slice(), [1, 32, 32, 1]) as Tensor4D, ctx).dataSync();
      const before = run();
      values[0] = 5;
      const after = run();
      const change = (place: number) => Math.abs((after[place] as number) - (before[place] as number));
      expect(change(0)).toBeGreaterThan(1e-4);
      const farRow = Array.from({ length: 96 }, (_, place) => change(after.length - 1 - place));
      expect(Math.max(...farRow)).toBeGreaterThan(1e-5);
    });
  });

  it("drops and scales in its three innermost blocks, in training or on request", () => {
    const network = new UNet(tiny, random);
    tidy(() => {
      const images = tensor(random.normals(1024), [1, 32, 32, 1]) as Tensor4D;
      const training = (value: number) => network.forward(images, dropped(network, value).ctx).dataSync();
      expect(training(0.4)).not.toEqual(training(0.6)); // all dropped, all kept
      const running = (drops: boolean) => {
        const ctx = createInferenceContext(new Random(1));
        return network.forward(images, ctx, drops).dataSync();
      };
      expect(running(false)).toEqual(running(false));
      expect(running(true)).not.toEqual(running(false));
      expect(() => network.forward(images, createTrainingContext())).toThrow(/dropout\.0/);
    });
  });

  it("refuses sides that do not halve down to a pixel, and says what would do", () => {
    const network = new UNet(tiny, random);
    expect(() => network.forward(zeros([1, 40, 32, 1]), createInferenceContext(random))).toThrow(
      /multiples of 32, got 40×32\. Pad to 64×32/,
    );
  });
});
