import { ConfigError } from "../errors/index.js";
import type { FloatImages } from "./pixel-grid.js";

/** What turns one picture into another of the same size. */
export interface SizedTranslation {
  /** Height and width must be multiples of this. */
  sizeMultiple: number;
  /** [1, height, width, channels] → [1, height, width, any channels], values in [-1, 1]. */
  translate(picture: FloatImages): Promise<FloatImages>;
}

/** Options of {@link translateAnySize}. */
export interface AnySizeOptions {
  /** Side of the square tiles that larger pictures are cut into, a multiple of `sizeMultiple`. Default: none. */
  tileSize?: number | undefined;
  /** Pixels that neighbouring tiles share at least. Default: a quarter of a tile. */
  overlap?: number | undefined;
}

/**
 * Translates a picture of any size: continued by its mirror image to a size that fits, and cut off again
 * afterwards; with `tileSize` in overlapping tiles, each fading into the next, so that no seam shows.
 *
 * @param picture [1, height, width, channels].
 * @throws ConfigError when a tile does not fit the network or the overlap does not fit a tile.
 */
export async function translateAnySize(
  picture: FloatImages,
  translation: SizedTranslation,
  options: AnySizeOptions = {},
): Promise<FloatImages> {
  const { sizeMultiple } = translation;
  const [, height, width] = picture.shape;
  const { tileSize } = options;
  const { overlap = Math.floor((tileSize ?? 0) / 4) } = options;
  if (tileSize !== undefined) checkTiles(tileSize, overlap, sizeMultiple);
  const rows = planTiles(height, sizeMultiple, tileSize, overlap);
  const columns = planTiles(width, sizeMultiple, tileSize, overlap);
  let sums: Float32Array | undefined;
  let channels = 0;
  const weights = new Float32Array(height * width);
  for (const row of rows) {
    for (const column of columns) {
      const { shape, values } = await translation.translate(cut(picture, row, column));
      channels = shape[3];
      sums ??= new Float32Array(height * width * channels);
      for (let y = 0; y < Math.min(row.size, height - row.start); y++) {
        for (let x = 0; x < Math.min(column.size, width - column.start); x++) {
          const weight = fade(row, y) * fade(column, x);
          const place = (row.start + y) * width + column.start + x;
          weights[place] = (weights[place] as number) + weight;
          for (let channel = 0; channel < channels; channel++) {
            const from = (y * column.size + x) * channels + channel;
            const to = place * channels + channel;
            sums[to] = (sums[to] as number) + weight * (values[from] as number);
          }
        }
      }
    }
  }
  const values = (sums as Float32Array).map(
    (sum, index) => sum / (weights[Math.floor(index / channels)] as number),
  );
  return { shape: [1, height, width, channels], values };
}

/** A stretch of one axis, which fades over the pixels that it shares with its neighbours. */
interface Stretch {
  start: number;
  size: number;
  /** Pixels shared with the one before, and with the one after. */
  before: number;
  after: number;
}

/** Stretches that cover `length` pixels; a single one may reach beyond them. */
function planTiles(
  length: number,
  multiple: number,
  tileSize: number | undefined,
  overlap: number,
): Stretch[] {
  if (tileSize === undefined || length <= tileSize) {
    return [{ start: 0, size: Math.ceil(length / multiple) * multiple, before: 0, after: 0 }];
  }
  const count = Math.ceil((length - overlap) / (tileSize - overlap));
  const starts = Array.from({ length: count }, (_, index) =>
    Math.round((index * (length - tileSize)) / (count - 1)),
  );
  return starts.map((start, index) => {
    const shared = (first: number | undefined, second: number | undefined) =>
      first === undefined || second === undefined ? 0 : first + tileSize - second;
    return {
      start,
      size: tileSize,
      before: shared(starts[index - 1], start),
      after: shared(start, starts[index + 1]),
    };
  });
}

/** Weight of a tile's pixel: half a cosine up over what it shares with the one before, and down again. */
function fade({ size, before, after }: Stretch, position: number): number {
  const rise = (distance: number, span: number) =>
    distance >= span ? 1 : Math.sin((Math.PI / 2) * ((distance + 0.5) / span)) ** 2;
  return rise(position, before) * rise(size - 1 - position, after);
}

/** A part of a picture, continued by its mirror image where it reaches beyond. */
function cut({ shape, values }: FloatImages, row: Stretch, column: Stretch): FloatImages {
  const [, height, width, channels] = shape;
  const part = new Float32Array(row.size * column.size * channels);
  for (let y = 0; y < row.size; y++) {
    const fromRow = mirror(row.start + y, height) * width;
    for (let x = 0; x < column.size; x++) {
      const from = (fromRow + mirror(column.start + x, width)) * channels;
      const to = (y * column.size + x) * channels;
      for (let channel = 0; channel < channels; channel++)
        part[to + channel] = values[from + channel] as number;
    }
  }
  return { shape: [1, row.size, column.size, channels], values: part };
}

/** The pixel that stands at a position beyond the end when an axis is mirrored again and again. */
function mirror(position: number, length: number): number {
  const period = Math.max(1, 2 * (length - 1));
  const within = position % period;
  return within < length ? within : period - within;
}

function checkTiles(tileSize: number, overlap: number, multiple: number): void {
  if (!Number.isInteger(tileSize) || tileSize < multiple || tileSize % multiple !== 0) {
    throw new ConfigError(
      "core",
      `a tile's side must be a multiple of ${multiple} for this model, got ${tileSize}. Use ${Math.max(1, Math.round(tileSize / multiple)) * multiple}.`,
    );
  }
  if (Number.isInteger(overlap) && overlap >= 0 && overlap < tileSize) return;
  throw new ConfigError(
    "core",
    `tiles of ${tileSize} must overlap by a whole number of pixels below their side, got ${overlap}. Use ${Math.floor(tileSize / 4)}.`,
  );
}
