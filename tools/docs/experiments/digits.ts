import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadSharp, readRunLog } from "@gan/core/node";
import { drawSvg, drawText } from "../../draw-lines.js";
import type { RingStep } from "./ring.js";

/** Both players over a run of a variant of one generator and one discriminator, from its log. */
export async function readCurves(run: string, upTo: number): Promise<RingStep[]> {
  const { events } = await readRunLog(run);
  const sum = (losses: Readonly<Record<string, number>>, phase: string) =>
    Object.entries(losses)
      .filter(([name]) => name.startsWith(`${phase}.`))
      .reduce((total, [, value]) => total + value, 0);
  return events
    .filter((event) => event.type === "step")
    .filter(({ imagesSeen }) => imagesSeen <= upTo)
    .map(({ imagesSeen, losses, reports }) => ({
      imagesSeen,
      discriminator: sum(losses, "discriminator"),
      generator: sum(losses, "generator"),
      realProbability: reports["realProbability"],
      fakeProbability: reports["fakeProbability"],
    }));
}

/** What the run's first metric came to while it trained. */
export async function readDistances(
  run: string,
  upTo: number,
): Promise<[imagesSeen: number, distance: number][]> {
  const { metrics } = await readRunLog(run);
  return metrics.flatMap(({ imagesSeen, metrics: { fid } }) =>
    fid === undefined || imagesSeen > upTo ? [] : [[imagesSeen, fid] as [number, number]],
  );
}

/** The first row of a run's sample grids at some places, one beneath the other. */
export async function drawSamples(
  run: string,
  places: readonly number[],
  { columns = 8, side = 32 } = {},
): Promise<string> {
  const sharp = loadSharp();
  const [scale, left, gap] = [1.6, 120, 6];
  const rows = await Promise.all(
    places.map(async (imagesSeen) => {
      const file = join(run, "samples", `${String(imagesSeen).padStart(12, "0")}.png`);
      const bytes = readFileSync(file);
      const { width = 0 } = await sharp(bytes).metadata();
      const height = Math.round(width / columns);
      const row = await sharp(bytes).extract({ left: 0, top: 0, width, height }).png().toBuffer();
      return { imagesSeen, width, height, data: row.toString("base64") };
    }),
  );
  const [first] = rows as [(typeof rows)[number]];
  const step = first.height * scale + gap;
  return drawSvg(
    left + first.width * scale,
    rows.length * step - gap,
    `Samples of ${side} pixels over training`,
    [
      ...rows.flatMap(({ imagesSeen, width, height, data }, index) => [
        drawText(left - 12, index * step + step / 2, "end", `${imagesSeen / 1000}k images`),
        `<image x="${left}" y="${index * step}" width="${width * scale}" height="${height * scale}" href="data:image/png;base64,${data}"/>`,
      ]),
    ],
  );
}
