import "@gan/backend-ort";
import { useTrainingBackend } from "@gan/test-kit";
import { memory, type Tensor2D, type Tensor4D, tensor4d, tidy, zeros } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import type { ForwardContext } from "../nn/index.js";
import { Random } from "../random/index.js";
import type { LatentSpace } from "./latent-space.js";
import { perceptualScale, perceptualShift } from "./perceptual-distance.js";
import type { PerceptualNetwork } from "./perceptual-network.js";
import { computePerceptualPathLength } from "./perceptual-path-length.js";

beforeAll(async () => {
  await useTrainingBackend();
});

/** Compares the scaled pictures themselves. */
const network: PerceptualNetwork = {
  name: "toy",
  weightsHash: "0",
  channelWeights: [Float32Array.of(1, 1, 1)],
  activations: (images) => [images.clone()],
  dispose() {},
};

/** A pixel whose scaled colour is (cos φ, sin φ, 0): two of them are 2 - 2·cos(φ₁ - φ₂) apart. */
function drawAngles(angles: readonly number[]): Tensor4D {
  const colours = angles.flatMap((angle) =>
    [Math.cos(angle), Math.sin(angle), 0].map(
      (value, channel) => value * (perceptualScale[channel] as number) + (perceptualShift[channel] as number),
    ),
  );
  return tensor4d(colours, [angles.length, 1, 1, 3]);
}

/** φ is the point itself, and noise that must be the same at both ends of a piece. */
const line = (gain = 1): LatentSpace => ({
  name: "w",
  interpolation: "linear",
  draw: (count, ctx) => tidy(() => ctx.normal([count, 1]).clone()) as Tensor2D,
  generate(points, ctx) {
    const noise = ctx.normal(points.shape).dataSync();
    return drawAngles(Array.from(points.dataSync(), (value, row) => gain * value + (noise[row] as number)));
  },
});

/** φ is the point's direction from the centre. */
const circle: LatentSpace = {
  name: "z",
  interpolation: "spherical",
  draw: (count, ctx: ForwardContext) => tidy(() => ctx.normal([count, 2]).clone()) as Tensor2D,
  generate(points) {
    const rows = points.arraySync();
    for (const [x = 0, y = 0] of rows) expect(Math.hypot(x, y)).toBeCloseTo(Math.SQRT2, 5);
    return drawAngles(rows.map(([x = 0, y = 0]) => Math.atan2(y, x)));
  },
};

const [count, batchSize, epsilon] = [200, 100, 1e-2];
const measure = (space: LatentSpace) =>
  computePerceptualPathLength(network, { space, random: new Random(5), count, batchSize, epsilon });

/** What the first point and the second of each path are, and the paths' mean length without the outermost two. */
function expectLength(size: number, lengthOf: (from: number[], to: number[]) => number): number {
  const random = new Random(5).fork("points");
  const lengths: number[] = [];
  for (let batch = 0; batch < count / batchSize; batch++) {
    const [from, to] = [random.normals(batchSize * size), random.normals(batchSize * size)];
    for (let row = 0; row < batchSize; row++) {
      const take = (values: Float32Array) => [...values.subarray(row * size, (row + 1) * size)];
      lengths.push(lengthOf(take(from), take(to)));
    }
  }
  const kept = lengths.sort((a, b) => a - b).slice(1, -1);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

describe("perceptual path length", () => {
  it("is by hand (to - from)² on straight paths, whatever the noise, and leaves no tensors", async () => {
    const expected = expectLength(1, ([from = 0], [to = 0]) => {
      return (2 - 2 * Math.cos(epsilon * (to - from))) / epsilon ** 2;
    });
    const before = memory().numTensors;
    const { mean, deviation } = await measure(line());
    expect(memory().numTensors).toBe(before);
    expect(mean / expected).toBeCloseTo(1, 3);
    expect(deviation).toBeGreaterThan(0);
    expect((await measure(line(2))).mean / expected).toBeCloseTo(4, 2);
    expect((await measure(line(0))).mean).toBe(0);
  });

  it("is by hand the squared angle on great circles, of the radius √size", async () => {
    const expected = expectLength(2, ([a = 0, b = 0], [c = 0, d = 0]) => {
      const angle = Math.acos((a * c + b * d) / Math.hypot(a, b) / Math.hypot(c, d));
      return (2 - 2 * Math.cos(epsilon * angle)) / epsilon ** 2;
    });
    expect((await measure(circle)).mean / expected).toBeCloseTo(1, 3);
  });

  it("averages large pictures down, tells how far it is, and refuses no paths", async () => {
    const seen: string[] = [];
    const large: LatentSpace = { ...line(), generate: ({ shape }) => zeros([shape[0], 512, 512, 1]) };
    const watching = {
      ...network,
      activations(images: Tensor4D) {
        seen.push(images.shape.join());
        return [images.clone()];
      },
    };
    const done: number[] = [];
    const options = { space: large, random: new Random(1), count: 3, batchSize: 2 };
    await computePerceptualPathLength(watching, { ...options, onProgress: (paths) => done.push(paths) });
    expect(seen).toEqual(["2,256,256,3", "2,256,256,3", "1,256,256,3", "1,256,256,3"]);
    expect(done).toEqual([2, 3]);
    await expect(computePerceptualPathLength(network, { ...options, count: 0 })).rejects.toThrow(ConfigError);
  });
});
