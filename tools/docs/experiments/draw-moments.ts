import { drawSvg, drawText } from "../../draw-lines.js";
import type { GameMoment } from "./equilibrium.js";

const [width, height, gap, top, bottom] = [230, 190, 14, 46, 24];
const colours = { real: "#888", generated: "#2a9d6f", judged: "#3b6fd4", best: "#d4703b" };

/** Three moments of a GAN of numbers side by side: densities below, the discriminator's probability over them. */
export function drawMoments(moments: readonly GameMoment[]): string {
  const highest = Math.max(...moments.flatMap(({ real }) => real)) * 1.6;
  const x = (panel: number, value: number, { x: all }: GameMoment) => {
    const [from, to] = [all[0] as number, all.at(-1) as number];
    return panel * (width + gap) + gap + ((value - from) / (to - from)) * width;
  };
  const y = (share: number) => top + height * (1 - Math.min(1, share));
  const line = (
    panel: number,
    moment: GameMoment,
    values: readonly number[],
    scale: number,
    more: string,
  ) => {
    const points = values.map(
      (value, index) =>
        `${x(panel, moment.x[index] as number, moment).toFixed(1)},${y(value / scale).toFixed(1)}`,
    );
    return `<polyline points="${points.join(" ")}" fill="none" stroke-width="2" ${more}/>`;
  };
  const legend: [string, string, string][] = [
    ["real density", colours.real, ""],
    ["generated density", colours.generated, ""],
    ["D(x), from 0 to 1", colours.judged, ""],
    ["the best D(x)", colours.best, 'stroke-dasharray="4 4"'],
  ];
  return drawSvg(moments.length * (width + gap) + gap, top + height + bottom, "Towards the equilibrium", [
    ...legend.flatMap(([words, colour, dash], index) => [
      `<line x1="${gap + index * 170}" x2="${gap + 18 + index * 170}" y1="14" y2="14" stroke="${colour}" stroke-width="2" ${dash}/>`,
      drawText(gap + 24 + index * 170, 18, "start", words),
    ]),
    ...moments.flatMap((moment, panel) => {
      const left = panel * (width + gap) + gap;
      const { real, generated, judged, best } = moment;
      return [
        `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="#fafafa" stroke="#ddd"/>`,
        `<line x1="${left}" x2="${left + width}" y1="${y(0.5)}" y2="${y(0.5)}" stroke="#bbb" stroke-dasharray="2 4"/>`,
        line(panel, moment, real, highest, `stroke="${colours.real}"`),
        line(panel, moment, generated, highest, `stroke="${colours.generated}"`),
        line(panel, moment, best, 1, `stroke="${colours.best}" stroke-dasharray="4 4"`),
        line(panel, moment, judged, 1, `stroke="${colours.judged}"`),
        drawText(
          left + width / 2,
          top - 8,
          "middle",
          `after ${moment.imagesSeen.toLocaleString("en")} numbers`,
        ),
        drawText(left + 4, y(0.5) - 4, "start", "½", ' fill="#999"'),
        drawText(left + width / 2, top + height + 17, "middle", "x"),
      ];
    }),
  ]);
}
