import { describe, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import { Random } from "../random/index.js";
import type { FloatImages } from "./pixel-grid.js";
import { translateAnySize } from "./translate-any-size.js";

const createPicture = (height: number, width: number, channels = 2): FloatImages => ({
  shape: [1, height, width, channels],
  values: new Random(3).normals(height * width * channels).map(Math.tanh),
});

/** Gives what it gets, and notes the sizes. */
function createIdentity(sizeMultiple: number) {
  const sizes: string[] = [];
  const translate = async (picture: FloatImages) => {
    sizes.push(picture.shape.slice(1, 3).join("×"));
    return picture;
  };
  return { sizes, sizeMultiple, translate };
}

/** The largest difference between neighbouring pixels of one channel. */
function findLargestStep({ shape, values }: FloatImages): number {
  const [, height, width] = shape;
  let largest = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const own = values[y * width + x] as number;
      if (x > 0) largest = Math.max(largest, Math.abs(own - (values[y * width + x - 1] as number)));
      if (y > 0) largest = Math.max(largest, Math.abs(own - (values[(y - 1) * width + x] as number)));
    }
  }
  return largest;
}

describe("translateAnySize", () => {
  it.each([
    [1, 1, undefined, "8×8"],
    [5, 17, undefined, "8×24"],
    [16, 8, undefined, "16×8"],
    [20, 9, 16, "16×16 16×16"],
    [50, 40, 16, undefined],
  ])(
    "gives a picture of %i×%i back when the network does, in tiles of %s",
    async (height, width, tileSize, sizes) => {
      const picture = createPicture(height, width);
      const identity = createIdentity(8);
      const { shape, values } = await translateAnySize(picture, identity, { tileSize });
      expect(shape).toEqual(picture.shape);
      values.forEach((value, place) => {
        expect(value).toBeCloseTo(picture.values[place] as number, 5);
      });
      if (sizes !== undefined) expect(identity.sizes.join(" ")).toBe(sizes);
    },
  );

  it("continues a small picture by its mirror image", async () => {
    const seen: number[] = [];
    const translation = {
      sizeMultiple: 8,
      translate: async (picture: FloatImages) => {
        seen.push(...picture.values.subarray(0, 8));
        return picture;
      },
    };
    await translateAnySize({ shape: [1, 1, 3, 1], values: Float32Array.of(1, 2, 3) }, translation);
    expect(seen).toEqual([1, 2, 3, 2, 1, 2, 3, 2]);
  });

  it("shows no seam between tiles that came out differently", async () => {
    let tile = 0;
    const translate = async ({ shape, values }: FloatImages): Promise<FloatImages> => {
      const shade = tile++ % 2 === 0 ? -1 : 1;
      return { shape: [1, shape[1], shape[2], 1], values: new Float32Array(values.length).fill(shade) };
    };
    const picture = createPicture(128, 128, 1);
    const run = (overlap: number) =>
      translateAnySize(picture, { sizeMultiple: 8, translate }, { tileSize: 64, overlap });
    expect(findLargestStep(await run(0))).toBe(2);
    const faded = await run(32);
    expect(findLargestStep(faded)).toBeLessThan(0.15); // from -1 to 1 over 32 pixels
    expect(Math.max(...faded.values)).toBeGreaterThan(0.9);
    expect(Math.min(...faded.values)).toBeLessThan(-0.9);
  });

  it("takes the number of channels that comes out", async () => {
    const toGrey = async ({ shape, values }: FloatImages): Promise<FloatImages> => ({
      shape: [1, shape[1], shape[2], 1],
      values: values.filter((_, place) => place % 3 === 0),
    });
    const { shape } = await translateAnySize(createPicture(5, 5, 3), { sizeMultiple: 4, translate: toGrey });
    expect(shape).toEqual([1, 5, 5, 1]);
  });

  it("refuses tiles that do not fit", async () => {
    const picture = createPicture(30, 30);
    const run = (options: object) => translateAnySize(picture, createIdentity(8), options);
    await expect(run({ tileSize: 20 })).rejects.toThrow(ConfigError);
    await expect(run({ tileSize: 20 })).rejects.toThrow(/multiple of 8.*got 20\. Use 24/);
    await expect(run({ tileSize: 16, overlap: 16 })).rejects.toThrow(/overlap .* got 16\. Use 4/);
  });
});
