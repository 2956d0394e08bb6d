import "@gan/backend-ort";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { useTrainingBackend } from "@gan/test-kit";
import { memory, reshape, type Tensor4D, tensor4d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../checkpoint/index.js";
import { ConfigError, DataError } from "../../errors/index.js";
import { computePerceptualDistance } from "../../metrics/index.js";
import { createLiteBlocks } from "../../metrics/networks/efficientnet-lite.js";
import { hashPicture, hashState } from "../../metrics/networks/hashed-weights.test-helper.js";
import { findPackage } from "../find-package.js";
import { useFolder } from "../pictures.test-helper.js";
import { loadPerceptualNetwork } from "./load-perceptual-network.js";

interface NetworkFixture {
  shapes: Record<string, number[]>;
  distances: number[];
}

/** Written by fixtures/metrics/make-lpips-network-fixture.py from lpips 0.1.4. */
const url = new URL("../../../fixtures/metrics/lpips-networks.json", import.meta.url);
const fixture: { size: number; shares: number[]; alex: NetworkFixture; vgg16: NetworkFixture } = JSON.parse(
  readFileSync(url, "utf8"),
);
const folder = useFolder();

beforeAll(async () => {
  await useTrainingBackend();
});

/** The mean over places of ‖â - b̂‖², of unit vectors of channels. */
function compareBlocks(one: Tensor4D | undefined, other: Tensor4D | undefined): number {
  const [a, b] = [one, other].map((block) =>
    reshape(block as Tensor4D, [-1, block?.shape[3] ?? 0]).arraySync(),
  ) as [number[][], number[][]];
  const unit = (row: readonly number[]) => row.map((value) => value / Math.hypot(...row));
  const squares = a.map((row, place) => {
    const partner = unit(b[place] as number[]);
    return unit(row).reduce((sum, value, channel) => sum + (value - (partner[channel] as number)) ** 2, 0);
  });
  return squares.reduce((sum, value) => sum + value, 0) / squares.length;
}

/** Places of values from the smallest to the largest. */
const rank = (values: readonly number[]) =>
  values.map((_, index) => index).sort((a, b) => (values[a] as number) - (values[b] as number));

describe("loadPerceptualNetwork", () => {
  it.each(["alex", "vgg16"] as const)(
    "%s gives lpips's distances within 1e-4, in the same order",
    async (name) => {
      const { shapes, distances } = fixture[name];
      const backbone = folder(`${name}.safetensors`);
      await writeFile(backbone, encodeSafetensors(hashState(shapes)));
      const before = memory().numTensors;
      const network = await loadPerceptualNetwork(name, { backbone });
      const { size, shares } = fixture;
      const [reference, other] = ["reference", "other"].map((text) => hashPicture(text, size, size).pixels);
      const toTensor = (share: number) => {
        const values = Float32Array.from(reference ?? [], (byte, index) => {
          return (byte + share * ((other?.[index] as number) - byte)) / 127.5 - 1;
        });
        return tensor4d(values, [1, size, size, 3]);
      };
      const found: number[] = [];
      for (const share of shares) {
        const [one, two] = [toTensor(0), toTensor(share)];
        const distance = computePerceptualDistance(network, one, two);
        found.push(...distance.dataSync());
        for (const tensor of [one, two, distance]) tensor.dispose();
      }
      for (const [index, distance] of distances.entries()) {
        expect(Math.abs((found[index] as number) / distance - 1)).toBeLessThan(1e-4);
      }
      expect(rank(found)).toEqual(rank(distances));
      expect(network.weightsHash).toMatch(/^[0-9a-f]{64}\+[0-9a-f]{64}$/);
      network.dispose();
      expect(memory().numTensors).toBe(before);
    },
    60_000,
  );

  it("efficientnet-lite0 compares its blocks, all channels alike", async () => {
    const before = memory().numTensors;
    const network = await loadPerceptualNetwork("efficientnet-lite0");
    const [one, other] = ["one", "other"].map((name) => hashPicture(name, 64, 64).pixels) as [
      Uint8Array,
      Uint8Array,
    ];
    const [first, second] = [one, other].map((pixels) =>
      tensor4d(
        Float32Array.from(pixels, (byte) => byte / 127.5 - 1),
        [1, 64, 64, 3],
      ),
    ) as [Tensor4D, Tensor4D];
    const distance = tidy(() => computePerceptualDistance(network, first, second).dataSync()[0]);
    // By hand, from the blocks that the extractor runs too.
    const path = join(findPackage("@gan/extractor-efficientnet-lite0") as string, "weights.safetensors");
    const weights = decodeSafetensors(readFileSync(path), path);
    const blocks = createLiteBlocks(weights, "weights");
    const expected = tidy(() => {
      const [a, b] = [one, other].map((pixels) =>
        blocks.run(
          tensor4d(
            Float32Array.from(pixels, (byte) => (byte - 127) / 128),
            [1, 64, 64, 3],
          ),
        ),
      ) as [Tensor4D[], Tensor4D[]];
      return [0, 2, 4, 10, 15].reduce((sum, block) => sum + compareBlocks(a[block], b[block]), 0);
    });
    expect((distance as number) / expected).toBeCloseTo(1, 4);
    expect(network.weightsHash).toMatch(/^[0-9a-f]{64}$/);
    blocks.dispose();
    network.dispose();
    first.dispose();
    second.dispose();
    expect(memory().numTensors).toBe(before);
    await expect(loadPerceptualNetwork("efficientnet-lite0", { linear: "x.pth" })).rejects.toThrow(
      /no linear layers/,
    );
  }, 60_000);

  it("refuses another name, absent files with the command that fetches them, and other networks", async () => {
    await expect(loadPerceptualNetwork("squeeze")).rejects.toThrow(ConfigError);
    process.env.GAN_CACHE_FOLDER = folder("empty");
    await expect(loadPerceptualNetwork("alex")).rejects.toThrow(
      /Run once: gan metrics fetch alex; or give alexnet/,
    );
    const toy = folder("toy.safetensors");
    await writeFile(toy, encodeSafetensors(hashState({ "features.0.weight": [64, 3, 3, 3] })));
    const wrong = loadPerceptualNetwork("alex", { backbone: toy });
    await expect(wrong).rejects.toThrow(/features\.0\.weight must be \[64, 3, 11, 11\], got \[64, 3, 3, 3\]/);
    await expect(wrong).rejects.toBeInstanceOf(DataError);
  });
});
