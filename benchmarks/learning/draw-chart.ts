/** A place of a curve. */
interface ChartPoint {
  imagesSeen: number;
  fid: number;
}

const [width, height] = [640, 320];
const margin = { left: 64, right: 24, top: 20, bottom: 44 };

/** Round numbers from 0 past `most`, about five of them. */
export function chooseTicks(most: number): number[] {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) as number) * power;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

/** FID over the images seen as an SVG picture, with the floor as a dashed line. */
export function drawChart(
  points: readonly ChartPoint[],
  { label, floor }: { label: string; floor: number },
): string {
  const across = chooseTicks(Math.max(...points.map(({ imagesSeen }) => imagesSeen)));
  const up = chooseTicks(Math.max(...points.map(({ fid }) => fid)));
  const x = (images: number) =>
    margin.left + (images / (across.at(-1) as number)) * (width - margin.left - margin.right);
  const y = (value: number) =>
    height - margin.bottom - (value / (up.at(-1) as number)) * (height - margin.top - margin.bottom);
  const place = ({ imagesSeen, fid }: ChartPoint) => `${x(imagesSeen).toFixed(1)},${y(fid).toFixed(1)}`;
  const [left, right] = [margin.left, width - margin.right];
  const line = (x1: number, y1: number, x2: number, y2: number, more: string) =>
    `<line x1="${x1}" y1="${y1.toFixed(1)}" x2="${x2}" y2="${y2.toFixed(1)}" ${more}/>`;
  const text = (at: number, down: number, anchor: string, words: string) =>
    `<text x="${at.toFixed(1)}" y="${down.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
  const thousands = (images: number) => (images === 0 ? "0" : `${images / 1000}k`);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#333">`,
    `<title>${label} by images seen</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...up.map((value) => line(left, y(value), right, y(value), 'stroke="#ddd"')),
    ...up.map((value) => text(left - 8, y(value) + 4, "end", String(Number(value.toPrecision(6))))),
    ...across.map((images) => text(x(images), height - margin.bottom + 18, "middle", thousands(images))),
    text((left + right) / 2, height - 8, "middle", "images seen"),
    `<text transform="translate(16 ${height / 2}) rotate(-90)" text-anchor="middle">${label}</text>`,
    line(left, y(floor), right, y(floor), 'stroke="#2a9d6f" stroke-dasharray="5 4"'),
    text(right, y(floor) - 6, "end", `floor ${floor.toFixed(1)}`),
    `<polyline points="${points.map(place).join(" ")}" fill="none" stroke="#3b6fd4" stroke-width="2"/>`,
    ...points.map(
      (point) =>
        `<circle cx="${x(point.imagesSeen).toFixed(1)}" cy="${y(point.fid).toFixed(1)}" r="3" fill="#3b6fd4"/>`,
    ),
    "</svg>",
  ].join("\n")}\n`;
}
