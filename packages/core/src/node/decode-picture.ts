import type { Sharp, SharpOptions } from "sharp";
import type { PictureShape, PixelImage } from "../data/index.js";
import { ConfigError, DataError } from "../errors/index.js";
import { findPngDamage, isPng } from "./check-png.js";
import { loadSharp } from "./load-sharp.js";

/** What a picture must keep to. */
export interface PictureLimits {
  /** Pictures with more pixels are not decoded: a small file can unpack to gigabytes. Default 100 million. */
  maxPixels?: number;
  /** Pictures with a shorter side, in pixels, are refused. Default 1. */
  minSide?: number;
}

const defaultMaxPixels = 100_000_000;

/** A shape whose size is the picture's own. */
export type OwnSizeShape = Pick<PictureShape, "channels" | "background">;

/**
 * Decodes a picture on one of libuv's threads: PNG, JPEG, WebP, TIFF, GIF (its first frame), AVIF or SVG;
 * turned as EXIF says, 16 bits reduced to 8, alpha laid on the background unless 4 channels are wanted.
 *
 * @param bytes The file.
 * @param source What to call it in an error, for example its path.
 * @param shape Default: grey or colour as the picture is; without a size it keeps its own.
 * @throws DataError when it is damaged, of another format, or outside of the limits.
 */
export async function decodePicture(
  bytes: Buffer,
  source: string,
  shape?: PictureShape | OwnSizeShape,
  limits: PictureLimits = {},
): Promise<PixelImage> {
  const { maxPixels = defaultMaxPixels, minSide = 1 } = limits;
  const options: SharpOptions = { failOn: "warning", limitInputPixels: maxPixels };
  const sharp = loadSharp(); // its absence is no damage
  const damage = isPng(bytes) ? findPngDamage(bytes) : undefined;
  if (damage !== undefined) throw unreadable(source, damage);
  try {
    const image = sharp(bytes, options);
    let channels = shape?.channels ?? "auto";
    if (channels === "auto" || minSide > 1) {
      const { width, height, space } = await image.metadata();
      if (Math.min(width, height) < minSide) {
        throw new DataError(
          "core",
          `${source} must have at least ${minSide} pixels on each side, got ${width}×${height}.`,
        );
      }
      if (channels === "auto") channels = space === "b-w" || space === "grey16" ? 1 : 3;
    }
    return await shapePicture(image.autoOrient(), channels, shape);
  } catch (cause) {
    if (cause instanceof DataError || cause instanceof ConfigError) throw cause;
    throw unreadable(source, describeReason(cause), cause);
  }
}

/** Brings a decoded picture into a shape; a picture that has it already is given back. */
export async function reshapePicture(picture: PixelImage, shape: PictureShape): Promise<PixelImage> {
  const { width, height, channels, pixels } = picture;
  const wanted = shape.channels === "auto" ? (channels < 3 ? 1 : 3) : shape.channels;
  if (width === shape.width && height === shape.height && channels === wanted) return picture;
  const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
  return shapePicture(loadSharp()(pixels, { raw, limitInputPixels: false }), wanted, shape);
}

async function shapePicture(
  image: Sharp,
  channels: 1 | 3 | 4,
  wanted: PictureShape | OwnSizeShape | undefined,
): Promise<PixelImage> {
  const background = wanted?.background ?? "black";
  const shape = wanted !== undefined && "width" in wanted ? wanted : undefined;
  if (shape !== undefined) {
    const { width, height, fit = "cover" } = shape;
    image.resize({
      width,
      height,
      fit: sharpFits[fit],
      withoutEnlargement: fit === "pad",
      background: channels === 4 ? { r: 0, g: 0, b: 0, alpha: 0 } : background,
    });
  }
  if (channels === 4) image.ensureAlpha();
  else image.flatten({ background });
  image.toColourspace(channels === 1 ? "b-w" : "srgb");
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const picture = { width: info.width, height: info.height, channels: info.channels, pixels: data };
  if (info.channels !== channels) {
    throw new Error(`it decodes to ${info.channels} channels instead of ${channels}`);
  }
  return shape?.fit === "pad" ? await centre(picture, shape) : picture;
}

const sharpFits = { cover: "cover", contain: "contain", stretch: "fill", pad: "inside" } as const;

/** Lays a picture in the middle of its shape; an odd pixel goes to the right and the bottom. */
async function centre(picture: PixelImage, shape: PictureShape): Promise<PixelImage> {
  const { width, height, channels, pixels } = picture;
  const { background = "black" } = shape;
  if (width === shape.width && height === shape.height) return picture;
  const colour = channels === 4 ? [0, 0, 0, 0] : await readColour(background, channels);
  const target = new Uint8Array(shape.width * shape.height * channels);
  for (let index = 0; index < target.length; index++) target[index] = colour[index % channels] as number;
  const top = (shape.height - height) >> 1;
  const left = (shape.width - width) >> 1;
  for (let row = 0; row < height; row++) {
    const from = row * width * channels;
    const line = pixels.subarray(from, from + width * channels);
    target.set(line, ((top + row) * shape.width + left) * channels);
  }
  return { width: shape.width, height: shape.height, channels, pixels: target };
}

/**
 * Checks that a background is a colour.
 *
 * @throws ConfigError when it is not.
 */
export function checkBackground(background = "black"): void {
  loadSharp();
  try {
    createDot(background);
  } catch (cause) {
    throw new ConfigError(
      "core",
      `a background must be a colour such as white or #ffeedd, got ${background}.`,
      { cause },
    );
  }
}

const createDot = (background: string) =>
  loadSharp()({ create: { width: 1, height: 1, channels: 3, background } });

async function readColour(background: string, channels: number): Promise<Uint8Array> {
  return createDot(background)
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .raw()
    .toBuffer();
}

function unreadable(source: string, reason: string, cause?: unknown): DataError {
  return new DataError("core", `cannot read ${source}: ${reason}.`, { cause });
}

function describeReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message
    .trim()
    .replaceAll(/\s*\n\s*/g, "; ")
    .replace(/\.$/, "");
}
