import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { DataError, type ImageSet, type PixelImage } from "@gan/core";
import { loadSharp } from "@gan/core/node";

/** What a set of encoded pictures is made of. */
export interface PictureSetSource {
  name: string;
  count: number;
  /** What to call a picture in messages, for example its path. */
  describe(index: number): string;
  /** The encoded picture: PNG, WebP, SVG or whatever else sharp reads. */
  load(index: number): Promise<Uint8Array> | Uint8Array;
  /** Colour under transparent pictures. */
  background: string;
  /** What else decides the pictures and their order, for the fingerprint. */
  facts: readonly unknown[];
  /** For drawings: the side to draw them at, and the side that they have in their own units. */
  drawing?: { imageSize: number; unitSize: number };
  label?(index: number): number;
  classNames?: readonly string[];
}

/** Pixels per inch at which one of an SVG's units is one pixel. */
const pixelsPerInch = 72;

/** Pictures that are decoded or drawn when they are read: 3 channels, transparency laid on a background. */
export function createPictureSet(source: PictureSetSource): ImageSet {
  const { name, count, describe, load, background, drawing, facts, label, classNames } = source;
  if (count < 1) throw new DataError("datasets", `${name} has no pictures.`);
  const sharp = loadSharp();
  try {
    sharp({ create: { width: 1, height: 1, channels: 3, background } });
  } catch (cause) {
    throw new DataError(
      "datasets",
      `background must be a colour such as white or #ffeedd, got ${background}.`,
      { cause },
    );
  }

  async function read(index: number): Promise<PixelImage> {
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new DataError("datasets", `${name} has pictures 0 to ${count - 1}, got ${index}.`);
    }
    try {
      const bytes = await load(index);
      const image = drawing === undefined ? sharp(bytes) : draw(bytes, drawing);
      const { data, info } = await image
        .flatten({ background })
        .toColourspace("srgb")
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { width: info.width, height: info.height, channels: info.channels, pixels: data };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DataError("datasets", `cannot decode ${describe(index)} of ${name}: ${reason}.`, { cause });
    }
  }

  return {
    name,
    count,
    describe,
    read,
    async computeFingerprint() {
      const { sharp: decoder, vips } = sharp.versions;
      const source = JSON.stringify([name, count, background, drawing, facts]);
      const content = [source, describe(count - 1), classNames, decoder, vips];
      return { source, content: createHash("sha256").update(JSON.stringify(content)).digest("hex") };
    },
    ...(label !== undefined && { label }),
    ...(classNames !== undefined && { classNames }),
  };
}

function draw(bytes: Uint8Array, { imageSize, unitSize }: { imageSize: number; unitSize: number }) {
  const density = (pixelsPerInch * imageSize) / unitSize;
  return loadSharp()(bytes, { density }).resize(imageSize, imageSize, { fit: "fill" });
}

/** Options of {@link createFileSet}. */
export interface FileSetOptions extends Omit<PictureSetSource, "count" | "describe" | "load" | "label"> {
  paths: readonly string[];
  /** Class of each picture, an index into `classNames`. */
  labels?: readonly number[];
}

/** A set of picture files. */
export function createFileSet({ paths, labels, ...rest }: FileSetOptions): ImageSet {
  const pathOf = (index: number) => paths[index] as string;
  return createPictureSet({
    ...rest,
    count: paths.length,
    describe: pathOf,
    load: (index) => readFile(pathOf(index)),
    ...(labels !== undefined && { label: (index: number) => labels[index] as number }),
  });
}
