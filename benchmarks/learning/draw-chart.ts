import { drawLines } from "../../tools/draw-lines.js";

/** A place of a curve. */
interface ChartPoint {
  imagesSeen: number;
  fid: number;
}

/** FID over the images seen as an SVG picture, with the floor as a dashed line. */
export function drawChart(
  points: readonly ChartPoint[],
  { label, floor }: { label: string; floor: number },
): string {
  const series = {
    points: points.map(({ imagesSeen, fid }) => [imagesSeen, fid] as const),
    colour: "#3b6fd4",
    dots: true,
  };
  return drawLines([series], {
    title: `${label} by images seen`,
    across: "images seen",
    up: label,
    marks: [{ value: floor, label: `floor ${floor.toFixed(1)}` }],
  });
}
