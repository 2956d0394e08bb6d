import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PixelImage } from "@gan/core";
import type { OpenedCase } from "./open-case.js";

/** [count, height, width, channels] */
const shapeOf = (pictures: readonly PixelImage[]): number[] => {
  const [{ height, width, channels }] = pictures as [PixelImage];
  return [pictures.length, height, width, channels];
};

/** Writes a case's pictures as bytes, as ../peers/gan_train_torch.py reads them. */
export function writeData(
  folder: string,
  { train, test, labels }: Pick<OpenedCase, "train" | "test" | "labels">,
): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, pictures: readonly PixelImage[]) =>
    writeFileSync(join(folder, `${name}.bin`), Buffer.concat(pictures.map(({ pixels }) => pixels)));
  for (const [name, pictures] of Object.entries(train)) write(name, pictures);
  for (const [name, pictures] of Object.entries(test)) write(`test-${name}`, pictures);
  if (labels !== undefined) writeFileSync(join(folder, "labels.bin"), Uint8Array.from(labels));
  const shapes = (sets: Record<string, PixelImage[]>) =>
    Object.fromEntries(Object.entries(sets).map(([name, pictures]) => [name, shapeOf(pictures)]));
  const description = { sets: shapes(train), tests: shapes(test) };
  writeFileSync(join(folder, "data.json"), JSON.stringify(description));
}

/** Pictures from a file of bytes, [count, side, side, channels]. */
export function splitPictures(bytes: Uint8Array, side: number, channels: number): PixelImage[] {
  const size = side * side * channels;
  if (bytes.length % size !== 0) {
    throw new RangeError(`pictures of ${side}×${side}×${channels} bytes do not fill ${bytes.length}`);
  }
  return Array.from({ length: bytes.length / size }, (_, index) => ({
    width: side,
    height: side,
    channels,
    pixels: new Uint8Array(bytes.subarray(index * size, (index + 1) * size)),
  }));
}
