import type { PixelImage } from "@gan/core";

/** Below this a pixel of the line art is a line. */
const darkest = 128;

/**
 * Where line art encloses something: pixels that are no line and cannot be reached from the border without
 * crossing one.
 *
 * @returns [height · width], 1 inside.
 */
export function findEnclosed({ width, height, channels, pixels }: PixelImage): Uint8Array {
  const isLine = (place: number) => (pixels[place * channels] as number) < darkest;
  const outside = new Uint8Array(width * height);
  const open: number[] = [];
  const reach = (x: number, y: number) => {
    const place = y * width + x;
    if (x < 0 || y < 0 || x >= width || y >= height || outside[place] === 1 || isLine(place)) return;
    outside[place] = 1;
    open.push(place);
  };
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) reach(x, y);
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) reach(x, y);
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const [x, y] = [place % width, Math.floor(place / width)];
    reach(x + 1, y);
    reach(x - 1, y);
    reach(x, y + 1);
    reach(x, y - 1);
  }
  return outside.map((isOutside, place) => (isOutside === 1 || isLine(place) ? 0 : 1));
}

/** The line art with what it encloses in one colour. */
export function fill(lines: PixelImage, colour: readonly number[]): PixelImage {
  const enclosed = findEnclosed(lines);
  const pixels = lines.pixels.map((value, index) =>
    enclosed[Math.floor(index / lines.channels)] === 1 ? (colour[index % lines.channels] as number) : value,
  );
  return { ...lines, pixels };
}

/**
 * The one colour for what line art encloses whose mean absolute difference to the drawings is the least: the
 * median of each channel over all enclosed pixels.
 */
export function findBestColour(lines: readonly PixelImage[], drawings: readonly PixelImage[]): number[] {
  const counts = [0, 1, 2].map(() => new Float64Array(256));
  lines.forEach((picture, index) => {
    const { pixels } = drawings[index] as PixelImage;
    findEnclosed(picture).forEach((isEnclosed, place) => {
      if (isEnclosed === 0) return;
      for (const [channel, count] of counts.entries()) {
        const value = pixels[place * 3 + channel] as number;
        count[value] = (count[value] as number) + 1;
      }
    });
  });
  return counts.map(findMedian);
}

function findMedian(counts: Float64Array): number {
  const half = counts.reduce((sum, count) => sum + count, 0) / 2;
  let below = 0;
  const found = counts.findIndex((count) => {
    below += count;
    return below >= half && below > 0;
  });
  return Math.max(0, found);
}
