import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { composeTable, type FloatImages, type PixelImage } from "@gan/core";
import { decodePicture, writePicture } from "@gan/core/node";
import type { Recipe } from "./recipes.js";

/** Pixels around the pictures of a sample grid. */
const margin = 2;
/** Rows of the figure, at most. */
const mostRows = 6;

/**
 * Draws how a run's samples changed: a row for each of some times, the same noise or the same input down each column.
 *
 * @param out Where the picture goes.
 * @param side Of one picture of the grids.
 */
export async function drawTimeline(
  run: string,
  out: string,
  { columns, every, shown, head }: Recipe["timeline"],
  { side, channels }: { side: number; channels: 1 | 3 | 4 },
): Promise<void> {
  const names = (await readdir(join(run, "samples"))).filter((name) => name.endsWith(".png")).sort();
  const grids: { images: number; pictures: PixelImage[] }[] = [];
  for (const name of names) {
    const grid = await decodePicture(await readFile(join(run, "samples", name)), name, { channels });
    if (grid.width !== columns * (side + margin) + margin) continue; // of a smaller size, before it grew
    grids.push({ images: Number.parseInt(name, 10), pictures: cutGrid(grid, columns, side) });
  }
  const rows = chooseEvenly(grids, mostRows);
  const pick = (pictures: readonly PixelImage[], offset: number) =>
    Array.from({ length: shown }, (_, index) => pictures[index * every + offset] as PixelImage);
  const offset = head === undefined ? 0 : head + 1;
  const heads = head === undefined ? undefined : pick(rows[0]?.pictures ?? [], head);
  const table = composeTable(toFloats(rows.flatMap(({ pictures }) => pick(pictures, offset))), {
    columns: shown,
    rowLabels: rows.map(({ images }) => images.toLocaleString("en")),
    ...(heads && { columnHeads: toFloats(heads) }),
    scale: Math.max(1, Math.round(64 / side)),
  });
  await writePicture(out, table);
}

/** The first, the last and others evenly between. */
function chooseEvenly<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from(
    { length: most },
    (_, row) => all[Math.round((row * (all.length - 1)) / (most - 1))] as T,
  );
}

/** The pictures of a grid, row by row. */
function cutGrid(
  { width, height, channels, pixels }: PixelImage,
  columns: number,
  side: number,
): PixelImage[] {
  const step = side + margin;
  const rows = Math.floor((height - margin) / step);
  return Array.from({ length: rows * columns }, (_, index) => {
    const [left, top] = [margin + (index % columns) * step, margin + Math.floor(index / columns) * step];
    const cut = new Uint8Array(side * side * channels);
    for (let row = 0; row < side; row++) {
      const from = ((top + row) * width + left) * channels;
      cut.set(pixels.subarray(from, from + side * channels), row * side * channels);
    }
    return { width: side, height: side, channels, pixels: cut };
  });
}

function toFloats(pictures: readonly PixelImage[]): FloatImages {
  const [{ width, height, channels }] = pictures as [PixelImage];
  const values = new Float32Array(pictures.length * width * height * channels);
  for (const [index, { pixels }] of pictures.entries()) {
    values.set(
      Float32Array.from(pixels, (byte) => byte / 127.5 - 1),
      index * width * height * channels,
    );
  }
  return { shape: [pictures.length, height, width, channels], values };
}
