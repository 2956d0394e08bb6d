/** A line of a chart, or only its points. */
export interface ChartSeries {
  /** What the legend calls it; absent where there is one line only. */
  name?: string;
  /** [across, up] each. */
  points: readonly (readonly [number, number])[];
  colour: string;
  /** Whether each point has a dot. */
  dots?: boolean;
  dashed?: boolean;
}

/** How a chart of lines looks. */
export interface ChartOptions {
  title: string;
  /** What the axes count, with units. */
  across: string;
  up: string;
  /** Horizontal lines with a word. */
  marks?: readonly { value: number; label: string; colour?: string }[];
  /** Powers of ten upwards, for what spans many. */
  logarithmic?: boolean;
  /** Both ends of an axis. Default: from 0, or the smallest if that is below, past the largest. */
  acrossRange?: readonly [number, number];
  upRange?: readonly [number, number];
  size?: { width: number; height: number };
}

const margin = { left: 64, right: 24, top: 20, bottom: 44 };

/** Round numbers from 0, or below where values are, past `most`, about five of them. */
export function chooseTicks(most: number, least = 0): number[] {
  const rough = (most - Math.min(least, 0)) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) as number) * power;
  const first = Math.floor(Math.min(least, 0) / step);
  const last = Math.ceil(most / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Powers of ten around positive values. */
function chooseDecades(values: readonly number[]): number[] {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  const [first, last] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
  const stride = Math.max(1, Math.ceil((last - first) / 6));
  return Array.from(
    { length: Math.ceil((last - first) / stride) + 1 },
    (_, index) => 10 ** (first + index * stride),
  );
}

const within = ([from, to]: readonly [number, number], ticks: readonly number[]) => {
  const slack = (to - from) * 1e-9;
  return ticks.filter((tick) => tick >= from - slack && tick <= to + slack);
};

/** A number on an axis. */
function label(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(6))}M`;
  if (size >= 1000) return `${Number((value / 1000).toPrecision(6))}k`;
  if (size < 1e-3) return `1e${Math.round(Math.log10(size))}`;
  return String(Number(value.toPrecision(6)));
}

export const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** The frame of a picture: what is drawn in it goes between. */
export const drawSvg = (width: number, height: number, title: string, parts: readonly string[]): string =>
  `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#333">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    "</svg>",
  ].join("\n")}\n`;

/** Text at a place. */
export const drawText = (
  at: number,
  down: number,
  anchor: "start" | "middle" | "end",
  words: string,
  more = "",
) =>
  `<text x="${at.toFixed(1)}" y="${down.toFixed(1)}" text-anchor="${anchor}"${more}>${escapeXml(words)}</text>`;

/** Lines over labelled axes as an SVG picture, with a legend where they have names. */
export function drawLines(series: readonly ChartSeries[], options: ChartOptions): string {
  const { marks = [], logarithmic = false, size = { width: 640, height: 320 } } = options;
  const points = series.flatMap(({ points }) => points);
  const [acrossAll, upAll] = [points.map(([at]) => at), points.map(([, value]) => value)];
  const ups = [...upAll, ...marks.map(({ value }) => value)];
  const range = (ticks: readonly number[]) => [ticks[0], ticks.at(-1)] as [number, number];
  const most = (values: readonly number[]) => values.reduce((one, other) => Math.max(one, other), -Infinity);
  const least = (values: readonly number[]) => values.reduce((one, other) => Math.min(one, other), Infinity);
  const given = (ends: readonly [number, number] | undefined, ticks: number[]) =>
    ends === undefined ? ticks : within(ends, chooseTicks(ends[1], ends[0]));
  const across = given(options.acrossRange, chooseTicks(most(acrossAll), least(acrossAll)));
  const up = logarithmic ? chooseDecades(ups) : given(options.upRange, chooseTicks(most(ups), least(ups)));
  const [acrossFrom, acrossTo] = options.acrossRange ?? range(across);
  const [upFrom, upTo] = (options.upRange ?? range(up)).map((value) =>
    logarithmic ? Math.log10(value) : value,
  ) as [number, number];
  const isCut = options.acrossRange !== undefined || options.upRange !== undefined;
  const hasLegend = series.some(({ name }) => name !== undefined);
  const top = margin.top + (hasLegend ? 20 : 0);
  const [left, right, bottom] = [margin.left, size.width - margin.right, size.height - margin.bottom];
  const x = (at: number) => left + ((at - acrossFrom) / (acrossTo - acrossFrom)) * (right - left);
  const y = (value: number) => {
    const height = logarithmic ? Math.log10(Math.max(value, 1e-300)) : value;
    return bottom - ((height - upFrom) / (upTo - upFrom)) * (bottom - top);
  };
  const place = ([at, value]: readonly [number, number]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`;
  const line = (x1: number, y1: number, x2: number, y2: number, more: string) =>
    `<line x1="${x1}" y1="${y1.toFixed(1)}" x2="${x2}" y2="${y2.toFixed(1)}" ${more}/>`;
  let legendAt = left;
  const legend = series.flatMap(({ name, colour, dashed }) => {
    if (name === undefined) return [];
    const at = legendAt;
    legendAt += 42 + name.length * 6.8;
    const dash = dashed ? ' stroke-dasharray="5 4"' : "";
    return [
      line(at, 14, at + 18, 14, `stroke="${colour}" stroke-width="2"${dash}`),
      drawText(at + 24, 18, "start", name),
    ];
  });
  return drawSvg(size.width, size.height, options.title, [
    ...up.map((value) => line(left, y(value), right, y(value), 'stroke="#ddd"')),
    ...up.map((value) => drawText(left - 8, y(value) + 4, "end", label(value))),
    ...across.map((at) => drawText(x(at), bottom + 18, "middle", label(at))),
    drawText((left + right) / 2, size.height - 8, "middle", options.across),
    `<text transform="translate(16 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(options.up)}</text>`,
    ...marks.flatMap(({ value, label: words, colour = "#2a9d6f" }) => [
      line(left, y(value), right, y(value), `stroke="${colour}" stroke-dasharray="5 4"`),
      drawText(right, y(value) - 6, "end", words),
    ]),
    ...(isCut
      ? [
          `<clipPath id="axes"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath>`,
          '<g clip-path="url(#axes)">',
        ]
      : []),
    ...series.flatMap(({ points: own, colour, dots, dashed }) => [
      `<polyline points="${own.map(place).join(" ")}" fill="none" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="5 4"' : ""}/>`,
      ...(dots
        ? own.map(
            ([at, value]) =>
              `<circle cx="${x(at).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3" fill="${colour}"/>`,
          )
        : []),
    ]),
    ...(isCut ? ["</g>"] : []),
    ...legend,
  ]);
}
