/** A measurement; images seen is 0 for the untrained network. */
export interface LearningPoint {
  imagesSeen: number;
  fid: number;
  precision: number;
  recall: number;
  /** Side of the pictures, of growing variants. */
  side: number;
}

/** How a variant learned. */
export interface LearningRow {
  gan: string;
  extractor: string;
  /** Pictures of each kind in a measurement. */
  count: number;
  points: LearningPoint[];
  /** Training pictures against held-out ones. */
  floor: Omit<LearningPoint, "imagesSeen" | "side">;
  /** (untrained - trained) / (untrained - floor) in FID, of the end. */
  share: number;
}

/** How a variant learned as a Markdown table, and how far it came. */
export function formatLearning({ points, floor, share, count, extractor }: LearningRow): string {
  const figures = ({ fid, precision, recall }: LearningRow["floor"]) =>
    `${fid.toFixed(1)} | ${precision.toFixed(3)} | ${recall.toFixed(3)}`;
  const lines = [
    "| images seen | pictures | FID | precision | recall |",
    "| --- | --- | --- | --- | --- |",
    ...points.map(
      (point) =>
        `| ${point.imagesSeen.toLocaleString("en")} | ${point.side}×${point.side} | ${figures(point)} |`,
    ),
    `| training pictures against held-out ones | | ${figures(floor)} |`,
  ];
  const side = points.at(-1)?.side;
  return `${lines.join("\n")}\n\n${count.toLocaleString("en")} pictures of each kind in features of ${extractor}, each compared at its own size: ${(100 * share).toFixed(1)} % of the way from the untrained network's FID at ${side}×${side} to the floor.`;
}
