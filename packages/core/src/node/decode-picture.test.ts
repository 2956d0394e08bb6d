import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import type { PictureShape } from "../data/index.js";
import { ConfigError, DataError } from "../errors/index.js";
import { checkBackground, decodePicture, reshapePicture } from "./decode-picture.js";
import { createNoise, createPlain } from "./pictures.test-helper.js";

const colour = (width: number, height: number, more: Partial<PictureShape> = {}): PictureShape => ({
  width,
  height,
  channels: 3,
  ...more,
});

/** A picture of given bytes; grey is written as grey. */
function raw(pixels: number[], width: number, channels: 1 | 3 | 4): Sharp {
  const height = pixels.length / width / channels;
  const image = sharp(Uint8Array.from(pixels), { raw: { width, height, channels } });
  return channels === 1 ? image.toColourspace("b-w") : image;
}

describe("formats", () => {
  const encoders = {
    png: () => createNoise(9, 7, 3).png().toBuffer(),
    webp: () => createNoise(9, 7, 3).webp({ lossless: true }).toBuffer(),
    tiff: () => createNoise(9, 7, 3).tiff({ compression: "lzw" }).toBuffer(),
  };

  it.each(Object.entries(encoders))("reads %s as it was written", async (_, encode) => {
    const picture = await decodePicture(await encode(), "toy");
    expect([picture.width, picture.height, picture.channels]).toEqual([9, 7, 3]);
    expect(picture.pixels).toEqual(await createNoise(9, 7, 3).raw().toBuffer());
  });

  it.each(["jpeg", "gif", "avif"] as const)("reads %s nearly as it was written", async (format) => {
    const bytes = await sharp(await createPlain(16, 16, "#3070c0"))
      .toFormat(format, { quality: 95 })
      .toBuffer();
    const { pixels } = await decodePicture(bytes, "toy");
    [0x30, 0x70, 0xc0].forEach((value, channel) => {
      expect(Math.abs((pixels[channel] as number) - value)).toBeLessThan(6);
    });
  });

  it("draws svg at the size that is asked for", async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect x="2" width="2" height="4" fill="#ff0000"/></svg>';
    const { pixels } = await decodePicture(Buffer.from(svg), "toy", colour(40, 40, { background: "white" }));
    const row = pixels.subarray(0, 120);
    expect([...row.subarray(3 * 18, 3 * 19)]).toEqual([255, 255, 255]);
    expect([...row.subarray(3 * 21, 3 * 22)]).toEqual([255, 0, 0]);
  });

  it("takes the first picture of an animation", async () => {
    const frames = await Promise.all(
      ["#ff0000", "#0000ff"].map((background) => createPlain(8, 8, background)),
    );
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    const picture = await decodePicture(gif, "toy");
    expect([picture.width, picture.height, ...picture.pixels.subarray(0, 3)]).toEqual([8, 8, 255, 0, 0]);
  });

  it("reduces 16 bits to 8", async () => {
    const values = Uint16Array.from([0, 257, 257 * 200, 65535]);
    const image = sharp(values, { raw: { width: 4, height: 1, channels: 1 } }).toColourspace("grey16");
    const bytes = await image.png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe("ushort");
    const grey = await decodePicture(bytes, "toy");
    expect([grey.channels, ...grey.pixels]).toEqual([1, 0, 1, 200, 255]);
  });

  it("turns pictures as EXIF says", async () => {
    const bytes = await raw([10, 20, 30, 40, 50, 60], 3, 1).png().withMetadata({ orientation: 6 }).toBuffer();
    const { width, height, pixels } = await decodePicture(bytes, "toy", colour(2, 3, { channels: 1 }));
    expect([width, height, ...pixels]).toEqual([2, 3, 40, 10, 50, 20, 60, 30]);
  });
});

describe("channels", () => {
  it("lays alpha onto the background", async () => {
    const bytes = await raw([200, 100, 0, 255, 200, 100, 0, 0], 2, 4).png().toBuffer();
    const read = async (more: Partial<PictureShape>) => [
      ...(await decodePicture(bytes, "toy", colour(2, 1, more))).pixels,
    ];
    expect(await read({})).toEqual([200, 100, 0, 0, 0, 0]);
    expect(await read({ background: "#ff8000" })).toEqual([200, 100, 0, 255, 128, 0]);
    expect((await read({ channels: 4 })).filter((_, index) => index % 4 === 3)).toEqual([255, 0]);
  });

  it("makes grey of colour, colour of grey, and finds out what a picture has", async () => {
    const grey = await raw([0, 128, 255], 3, 1).png().toBuffer();
    const [red, white] = [await createPlain(1, 1, "#ff0000"), await createPlain(1, 1, "#ffffff")];
    expect((await decodePicture(grey, "toy")).channels).toBe(1);
    expect((await decodePicture(red, "toy")).channels).toBe(3);
    const wide = await decodePicture(grey, "toy", colour(3, 1));
    expect([...wide.pixels]).toEqual([0, 0, 0, 128, 128, 128, 255, 255, 255]);
    const narrow = await decodePicture(white, "toy", colour(1, 1, { channels: 1 }));
    expect([...narrow.pixels]).toEqual([255]);
  });
});

describe("fits", () => {
  /** Left half black, right half white. */
  const halves = () =>
    raw(
      Array.from({ length: 32 }, (_, i) => (i % 8 < 4 ? 0 : 255)),
      8,
      1,
    )
      .png()
      .toBuffer();
  const read = async (width: number, height: number, more: Partial<PictureShape>) => {
    const picture = await decodePicture(
      await halves(),
      "toy",
      colour(width, height, { channels: 1, ...more }),
    );
    expect([picture.width, picture.height]).toEqual([width, height]);
    return [...picture.pixels];
  };

  it("covers by cutting off both sides", async () => {
    expect(await read(4, 4, { fit: "cover" })).toEqual(new Array(4).fill([0, 0, 255, 255]).flat());
  });

  it("contains on the background", async () => {
    const pixels = await read(8, 8, { fit: "contain", background: "#808080" });
    expect(pixels.slice(0, 16)).toEqual(new Array(16).fill(128));
    expect(pixels.slice(16, 24)).toEqual([0, 0, 0, 0, 255, 255, 255, 255]);
  });

  it("stretches each direction by itself", async () => {
    const pixels = await read(8, 2, { fit: "stretch" });
    expect(pixels).toEqual([0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255]);
  });

  it("pads without enlarging, and reduces what is too large", async () => {
    const padded = await read(11, 5, { fit: "pad", background: "#646464" });
    expect(padded.slice(0, 11)).toEqual([100, 0, 0, 0, 0, 255, 255, 255, 255, 100, 100]);
    expect(padded.slice(44)).toEqual(new Array(11).fill(100));
    const reduced = await read(4, 4, { fit: "pad", background: "#646464" });
    expect(reduced.slice(0, 4)).toEqual([100, 100, 100, 100]);
    expect(reduced[4]).toBeLessThan(30);
    expect(reduced[7]).toBeGreaterThan(225);
  });

  it("reduces with a filter as wide as the reduction: a fine grid turns grey", async () => {
    const grid = raw(
      Array.from({ length: 64 * 64 }, (_, i) => ((i + (i >> 6)) % 2) * 255),
      64,
      1,
    );
    const { pixels } = await decodePicture(await grid.png().toBuffer(), "toy", colour(8, 8, { channels: 1 }));
    for (const value of pixels) expect(Math.abs(value - 127.5)).toBeLessThan(8);
  });

  it("brings decoded pictures into a shape likewise", async () => {
    const bytes = await halves();
    const decoded = await decodePicture(bytes, "toy");
    const shape = colour(6, 2, { fit: "cover" });
    expect(await reshapePicture(decoded, shape)).toEqual(await decodePicture(bytes, "toy", shape));
    expect(await reshapePicture(decoded, colour(8, 4, { channels: 1 }))).toBe(decoded);
  });
});

describe("refusals", () => {
  it.each([
    ["nothing", async () => Buffer.alloc(0), /cannot read toy.png: .*empty/],
    ["another format", async () => Buffer.from("not a picture at all"), /cannot read toy.png: .*unsupported/],
    [
      "a cut png",
      async () => (await createPlain(8, 8, "red")).subarray(0, 80),
      /chunk IDAT at \d+ is cut off/,
    ],
    [
      "a png without its end",
      async () => (await createPlain(8, 8, "red")).subarray(0, -12),
      /end is missing/,
    ],
    [
      "a cut jpeg",
      async () => (await createNoise(32, 32, 3).jpeg().toBuffer()).subarray(0, -200),
      /toy.png: VipsJpeg/,
    ],
    [
      "a cut webp",
      async () => (await createNoise(32, 32, 3).webp().toBuffer()).subarray(0, -50),
      /cannot read toy.png/,
    ],
  ])("%s", async (_, create, message) => {
    const attempt = decodePicture(await create(), "toy.png", colour(8, 8));
    await expect(attempt).rejects.toThrow(DataError);
    await expect(attempt).rejects.toThrow(message);
  });

  it("a png with a changed bit, wherever it is", async () => {
    const bytes = await createPlain(8, 8, "#123456");
    for (let bit = 0; bit < bytes.length * 8; bit += 7) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
      await expect(decodePicture(damaged, "toy", colour(8, 8)), `bit ${bit}`).rejects.toThrow(DataError);
    }
  });

  it("pictures that are too large or too small", async () => {
    const bytes = await createPlain(40, 20, "red");
    await expect(decodePicture(bytes, "toy", colour(8, 8), { maxPixels: 799 })).rejects.toThrow(
      /pixel limit/,
    );
    await expect(decodePicture(bytes, "toy", colour(8, 8), { minSide: 21 })).rejects.toThrow(
      /21 pixels.*40×20/,
    );
    await decodePicture(bytes, "toy", colour(8, 8), { maxPixels: 800, minSide: 20 });
  });

  it("backgrounds that are no colour", () => {
    expect(() => checkBackground("blurple")).toThrow(ConfigError);
    checkBackground("#fed");
  });
});
