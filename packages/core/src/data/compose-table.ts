import { ShapeError } from "../errors/index.js";
import { drawText, measureText } from "./draw-text.js";
import type { FloatImages, PixelImage } from "./pixel-grid.js";
import { toByte } from "./pixel-grid.js";

/** What stands around the pictures of a table. */
export interface TableOptions {
  /** Pictures in a row. */
  columns: number;
  /** Text at the left of each row. Default: none. */
  rowLabels?: readonly string[] | undefined;
  /** Text above each column. Default: none. */
  columnLabels?: readonly string[] | undefined;
  /** A picture at the left of each row, such as the one that the row comes from. Default: none. */
  rowHeads?: FloatImages | undefined;
  /** A picture above each column. Default: none. */
  columnHeads?: FloatImages | undefined;
  /** Pixels for each of a picture's, so that small pictures can be seen. Default: as many as make 64. */
  scale?: number | undefined;
}

/** Pixels between pictures, and thrice as many beside what stands around them. */
const margin = 2;

/**
 * Lays pictures out in rows and columns on black, with labels and pictures at the edges.
 *
 * @param images The pictures row by row, the last row full; edges are of the same size.
 * @throws ShapeError when the pictures do not fill the table, or an edge has another number or size.
 */
export function composeTable(images: FloatImages, options: TableOptions): PixelImage {
  const { columns, rowLabels, columnLabels, rowHeads, columnHeads } = options;
  const [count, height, width, channels] = images.shape;
  const rows = count / columns;
  checkTable(images, options);
  const scale = options.scale ?? Math.max(1, Math.ceil(64 / Math.max(width, height)));
  const cell = { width: width * scale + margin, height: height * scale + margin };
  const textScale = chooseTextScale(columnLabels ?? [], width * scale);
  const widths = (rowLabels ?? []).map((label) => measureText(label, textScale).width);
  const textHeight = measureText("", textScale).height;
  const left = margin + (rowLabels ? Math.max(...widths) + 3 * margin : 0);
  const top = margin + (columnLabels ? textHeight + 3 * margin : 0);
  const firstColumn = left + (rowHeads ? cell.width + 2 * margin : 0);
  const firstRow = top + (columnHeads ? cell.height + 2 * margin : 0);
  const table: PixelImage = {
    width: firstColumn + columns * cell.width,
    height: firstRow + rows * cell.height,
    channels,
    pixels: new Uint8Array((firstColumn + columns * cell.width) * (firstRow + rows * cell.height) * channels),
  };
  if (channels === 4) for (let at = 3; at < table.pixels.length; at += 4) table.pixels[at] = 255;
  for (let index = 0; index < count; index++) {
    const place = {
      left: firstColumn + (index % columns) * cell.width,
      top: firstRow + Math.floor(index / columns) * cell.height,
    };
    paste(table, images, index, { ...place, scale });
  }
  for (let row = 0; row < rows; row++) {
    const at = firstRow + row * cell.height;
    if (rowHeads !== undefined) paste(table, rowHeads, row, { left, top: at, scale });
    const middle = at + Math.floor((height * scale - textHeight) / 2);
    drawText(table, rowLabels?.[row] ?? "", { left: margin, top: middle, scale: textScale });
  }
  for (let column = 0; column < columns; column++) {
    const at = firstColumn + column * cell.width;
    if (columnHeads !== undefined) paste(table, columnHeads, column, { left: at, top, scale });
    const label = columnLabels?.[column] ?? "";
    const indent = Math.max(0, Math.floor((width * scale - measureText(label, textScale).width) / 2));
    drawText(table, label, { left: at + indent, top: margin, scale: textScale });
  }
  return table;
}

/** Twice the font's size where every label of a column has room. */
function chooseTextScale(labels: readonly string[], width: number): number {
  return width >= 96 && labels.every((label) => measureText(label, 2).width <= width) ? 2 : 1;
}

/** Copies one of the pictures, each pixel `scale` times in both directions. */
function paste(
  target: PixelImage,
  images: FloatImages,
  index: number,
  { left, top, scale }: { left: number; top: number; scale: number },
): void {
  const [, height, width, channels] = images.shape;
  for (let y = 0; y < height * scale; y++) {
    for (let x = 0; x < width * scale; x++) {
      const from = ((index * height + Math.floor(y / scale)) * width + Math.floor(x / scale)) * channels;
      const to = ((top + y) * target.width + left + x) * channels;
      for (let channel = 0; channel < channels; channel++) {
        target.pixels[to + channel] = toByte(images.values[from + channel] as number);
      }
    }
  }
}

function checkTable(images: FloatImages, options: TableOptions): void {
  const { columns, rowLabels, columnLabels, rowHeads, columnHeads } = options;
  const count = images.shape[0];
  const rows = count / columns;
  if (!(columns >= 1) || count < 1 || !Number.isInteger(rows)) {
    throw new ShapeError("core", `a table of ${columns} columns needs full rows, got ${count} pictures.`);
  }
  const edges = [
    ["rowLabels", rowLabels?.length, rows],
    ["columnLabels", columnLabels?.length, columns],
    ["rowHeads", rowHeads?.shape[0], rows],
    ["columnHeads", columnHeads?.shape[0], columns],
  ] as const;
  for (const [name, given, wanted] of edges) {
    if (given === undefined || given === wanted) continue;
    throw new ShapeError("core", `${name} of this table must be ${wanted}, got ${given}.`);
  }
  for (const heads of [rowHeads, columnHeads]) {
    if (heads === undefined || heads.shape.slice(1).join() === images.shape.slice(1).join()) continue;
    throw new ShapeError(
      "core",
      `pictures at the edge of a table must be [.., ${images.shape.slice(1).join(", ")}], got [${heads.shape.join(", ")}].`,
    );
  }
}
