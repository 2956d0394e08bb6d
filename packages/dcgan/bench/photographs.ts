import { join } from "node:path";
import { Random } from "@gan/core";
import sharp from "sharp";

const side = 96;

/** Writes colour pictures with soft shapes and noise, as PNG of about 20 kB: what a camera's small picture takes. */
export async function writePhotographs(folder: string, count: number): Promise<void> {
  const random = new Random(3);
  for (let index = 0; index < count; index++) {
    const [x, y, width] = [random.uniform() * side, random.uniform() * side, 8 + random.uniform() * 40];
    const colour = [random.integer(200), random.integer(200), random.integer(200)];
    const noise = random.normals(side * side * 3);
    const pixels = Uint8ClampedArray.from(noise, (value, place) => {
      const pixel = Math.floor(place / 3);
      const distance = Math.hypot((pixel % side) - x, Math.floor(pixel / side) - y);
      return (colour[place % 3] as number) + 55 * Math.exp(-((distance / width) ** 2)) + 4 * value;
    });
    const image = sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
    await image.png().toFile(join(folder, `${String(index).padStart(5, "0")}.png`));
  }
}
