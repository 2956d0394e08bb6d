import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cutMiddle } from "./measure-pictures.js";
import { pad } from "./open-case.js";
import { splitPictures, writeData } from "./write-data.js";

const picture = (first: number) => ({
  width: 3,
  height: 2,
  channels: 1,
  pixels: Uint8Array.from({ length: 6 }, (_, index) => first + index),
});

it("pads as batches do, and cuts the border off again", () => {
  const padded = pad(picture(1), 4);
  expect([...padded.pixels]).toEqual([0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0, 0, 0, 0, 0]);
  expect(cutMiddle(padded, 3, 2)).toEqual(picture(1));
});

it("writes pictures as the peer reads them, and reads back what it writes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gan-quality-"));
  const images = [pad(picture(1), 3), pad(picture(10), 3)];
  writeData(folder, {
    train: { images },
    test: { images: images.slice(1) },
    labels: [7, 9],
  });
  expect((await readdir(folder)).sort()).toEqual([
    "data.json",
    "images.bin",
    "labels.bin",
    "test-images.bin",
  ]);
  expect(JSON.parse(await readFile(join(folder, "data.json"), "utf8"))).toEqual({
    sets: { images: [2, 3, 3, 1] },
    tests: { images: [1, 3, 3, 1] },
  });
  expect([...(await readFile(join(folder, "labels.bin")))]).toEqual([7, 9]);
  const bytes = await readFile(join(folder, "images.bin"));
  expect(splitPictures(bytes, 3, 1)).toEqual(images);
  expect(() => splitPictures(bytes, 4, 1)).toThrow(/do not fill 18/);
  await rm(folder, { recursive: true });
});
