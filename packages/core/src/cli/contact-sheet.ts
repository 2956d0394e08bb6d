import { composePixelGrid, type PixelImage } from "../data/index.js";
import { DataError, GanError } from "../errors/index.js";
import { prepareImages } from "../node/index.js";
import { partsOf } from "./data-source.js";
import type { OpenedDataset } from "./dataset-registry.js";

const columns = 8;
const rows = 8;

/**
 * Pictures from all over a set in a grid of 8 columns, row by row; those of pairs side by side, and those of
 * domains beside their partner where one is known. What cannot be read is left out.
 *
 * @param side Pixels of each square picture.
 * @throws DataError when nothing can be read.
 */
export async function composeContactSheet(
  opened: OpenedDataset,
  side: number,
  background?: string,
): Promise<PixelImage> {
  const sets = partsOf(opened).map(({ set }) => set);
  const prepared = await Promise.all(
    sets.map((set) =>
      prepareImages(set, {
        height: side,
        width: side,
        channels: 3,
        fit: "contain",
        cache: false,
        ...(background !== undefined && { background }),
      }),
    ),
  );
  const [first, second] = prepared;
  const partnerOf = (index: number) =>
    opened.kind === "domains" && opened.partners !== undefined ? (opened.partners[index] as number) : index;
  const places = Math.floor((columns * rows) / sets.length);
  const count = Math.min(first?.count ?? 0, second?.count ?? Number.POSITIVE_INFINITY);
  const shown = Math.min(places, count);
  const pictures: PixelImage[] = [];
  for (let place = 0; place < shown; place++) {
    const index = Math.floor((place * count) / shown);
    try {
      const left = await first?.read(index);
      const right = await second?.read(partnerOf(index));
      for (const picture of [left, right]) if (picture !== undefined) pictures.push(picture);
    } catch (error) {
      if (!GanError.isInstance(error) || error.name !== "DataError") throw error; // Counted elsewhere.
    }
  }
  if (pictures.length === 0) throw new DataError("core", "none of the pictures for the sheet can be read.");
  const values = new Float32Array(pictures.length * side * side * 3);
  for (const [place, { pixels }] of pictures.entries()) {
    const start = place * side * side * 3;
    for (let offset = 0; offset < pixels.length; offset++) {
      values[start + offset] = (pixels[offset] as number) / 127.5 - 1;
    }
  }
  return composePixelGrid({ shape: [pictures.length, side, side, 3], values }, columns);
}
