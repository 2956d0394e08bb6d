import type { PixelImage } from "@gan/core";

/** From here on, of 255, a pixel of the line art is paper; below it a line touches it. */
const paper = 250;
/** What {@link findRegions} calls a line, and paper that is open to the border. */
const [line, outside] = [0, 1];

const black: Colour = [0, 0, 0];

type Colour = readonly number[];

/**
 * What lines divide the paper into. Grey pixels are lines, so that a thin one keeps the outside out.
 *
 * @returns [height · width]: 0 a line, 1 what is open to the border, from 2 on what lines enclose, a number each.
 */
export function findRegions({ width, height, channels, pixels }: PixelImage): Int32Array {
  const regions = new Int32Array(width * height).fill(-1);
  const flood = (start: number, region: number) => {
    const open: number[] = [];
    const reach = (place: number) => {
      if (regions[place] !== -1) return;
      const isPaper = (pixels[place * channels] as number) >= paper;
      regions[place] = isPaper ? region : line;
      if (isPaper) open.push(place);
    };
    reach(start);
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const [x, y] = [place % width, Math.floor(place / width)];
      if (x > 0) reach(place - 1);
      if (x < width - 1) reach(place + 1);
      if (y > 0) reach(place - width);
      if (y < height - 1) reach(place + width);
    }
    return regions[start] === region;
  };
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) flood(y * width + x, outside);
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) flood(y * width + x, outside);
  let next = outside + 1;
  for (let place = 0; place < regions.length; place++) if (flood(place, next)) next++;
  return regions;
}

/**
 * The line art with its enclosed regions coloured, the inner edges of lines too, as a wash is under ink.
 *
 * @param colourOf The colour of a region, from 2 on.
 */
export function fillRegions(lines: PixelImage, colourOf: (region: number) => Colour): PixelImage {
  const { width, height, channels } = lines;
  const regions = findRegions(lines);
  const covers = (place: number) => {
    const [x, y] = [place % width, Math.floor(place / width)];
    const near: number[] = [];
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        near.push(regions[row * width + column] as number);
      }
    }
    return near.includes(outside) ? outside : Math.max(...near);
  };
  const pixels = Uint8Array.from(lines.pixels);
  for (let place = 0; place < regions.length; place++) {
    const own = regions[place] as number;
    const region = own === line ? covers(place) : own;
    if (region <= outside) continue;
    const colour = colourOf(region);
    for (let channel = 0; channel < channels; channel++) {
      const index = place * channels + channel;
      pixels[index] = Math.round(((pixels[index] as number) * (colour[channel] as number)) / 255);
    }
  }
  return { ...lines, pixels };
}

/**
 * The one colour for all that lines enclose whose mean absolute difference to the drawings is the least: the
 * median of each channel over all enclosed paper. Black where nothing is enclosed.
 */
export function findBestColour(lines: readonly PixelImage[], drawings: readonly PixelImage[]): Colour {
  const medians = new ColourMedian();
  for (const [index, picture] of lines.entries()) {
    const { pixels } = drawings[index] as PixelImage;
    findRegions(picture).forEach((region, place) => {
      if (region > outside) medians.add(pixels, place);
    });
  }
  return medians.compute();
}

/** The best colour of each enclosed region, for {@link fillRegions}: what one would paint who knew the drawing. */
export function findRegionColours(lines: PixelImage, { pixels }: PixelImage): (region: number) => Colour {
  const medians = new Map<number, ColourMedian>();
  findRegions(lines).forEach((region, place) => {
    const median = medians.get(region) ?? new ColourMedian();
    medians.set(region, median);
    median.add(pixels, place);
  });
  const colours = new Map(Array.from(medians, ([region, median]) => [region, median.compute()]));
  return (region) => colours.get(region) ?? black;
}

/** The median of each channel of some pixels. */
class ColourMedian {
  readonly #counts = [0, 1, 2].map(() => new Float64Array(256));

  add(pixels: Uint8Array, place: number): void {
    for (const [channel, count] of this.#counts.entries()) {
      const value = pixels[place * 3 + channel] as number;
      count[value] = (count[value] as number) + 1;
    }
  }

  compute(): Colour {
    return this.#counts.map((counts) => {
      const half = counts.reduce((sum, count) => sum + count, 0) / 2;
      let below = 0;
      return Math.max(
        0,
        counts.findIndex((count) => {
          below += count;
          return below >= half && below > 0;
        }),
      );
    });
  }
}
