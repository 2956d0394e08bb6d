import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

/**
 * Writes two folders of small pictures, `trainA` with discs and `trainB` with squares, on backgrounds of many colours.
 *
 * @param side Pixels.
 */
export async function writePictures(folder: string, count: number, side: number): Promise<void> {
  const shapes = {
    trainA: `<circle cx="16" cy="16" r="10"/>`,
    trainB: `<rect x="6" y="6" width="20" height="20"/>`,
  };
  for (const [name, shape] of Object.entries(shapes)) {
    await mkdir(join(folder, name), { recursive: true });
    for (let index = 0; index < count; index++) {
      const [background, fill] = [0, 180].map((turn) => `hsl(${(index * 47 + turn) % 360}, 70%, 60%)`);
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="${background}"/><g fill="${fill}">${shape}</g></svg>`;
      await sharp(Buffer.from(svg))
        .resize(side, side)
        .flatten()
        .png()
        .toFile(join(folder, name, `${index}.png`));
    }
  }
}
