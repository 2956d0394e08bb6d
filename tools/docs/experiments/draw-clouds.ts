import { drawSvg, drawText } from "../../draw-lines.js";

/** Points of the plane in one square of the table. */
export interface Cloud {
  /** [count, 2], row by row. */
  points: ArrayLike<number>;
}

/** A row of squares. */
export interface CloudRow {
  label: string;
  /** A second, lighter line. */
  note?: string;
  clouds: readonly Cloud[];
}

const [side, gap, header, legend] = [118, 6, 26, 232];
/** Half of a square in the points' own units. */
const reach = 1.15;

const drawPoints = (points: ArrayLike<number>, left: number, top: number, colour: string, width: number) => {
  const place = (value: number) => ((value / reach + 1) / 2) * side;
  const inside = (value: number) => Math.abs(value) <= reach;
  let path = "";
  for (let index = 0; index < points.length; index += 2) {
    const [x, y] = [points[index] as number, points[index + 1] as number];
    if (inside(x) && inside(y))
      path += `M${(left + place(x)).toFixed(0)} ${(top + side - place(y)).toFixed(0)}h0`;
  }
  return `<path d="${path}" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" fill="none"/>`;
};

/**
 * A table of clouds of points: a row for each way to train, a column for each place in training.
 *
 * @param real Points to lie on, drawn beneath in grey: [count, 2].
 */
export function drawClouds(
  title: string,
  columns: readonly string[],
  rows: readonly CloudRow[],
  real: ArrayLike<number>,
): string {
  const width = legend + columns.length * (side + gap);
  const height = header + rows.length * (side + gap);
  const left = (column: number) => legend + column * (side + gap);
  const top = (row: number) => header + row * (side + gap);
  return drawSvg(width, height, title, [
    ...columns.map((words, column) => drawText(left(column) + side / 2, 17, "middle", words)),
    ...rows.flatMap(({ label, note, clouds }, row) => [
      drawText(8, top(row) + side / 2 - 4, "start", label, ' font-weight="600"'),
      ...(note === undefined ? [] : [drawText(8, top(row) + side / 2 + 14, "start", note, ' fill="#777"')]),
      ...clouds.flatMap(({ points }, column) => [
        `<rect x="${left(column)}" y="${top(row)}" width="${side}" height="${side}" fill="#fafafa" stroke="#ddd"/>`,
        drawPoints(real, left(column), top(row), "#c8c8c8", 5),
        drawPoints(points, left(column), top(row), "#3b6fd4", 2),
      ]),
    ]),
  ]);
}
