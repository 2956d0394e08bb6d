import type { WarningEvent } from "../train/index.js";
import type { Chart } from "./report-curves.js";

/** Everything on the page. */
export interface ReportContent {
  /** Names the run. */
  title: string;
  /** Label and value, both plain text. */
  facts: readonly (readonly [label: string, value: string])[];
  charts: readonly Chart[];
  warnings: readonly Pick<WarningEvent, "imagesSeen" | "code" | "message">[];
  /** Pictures as data URLs, oldest first. */
  samples: readonly { imagesSeen: number; url: string }[];
  /** Shown as it is. */
  config: unknown;
  /** The plotting library's script and style sheet. */
  library: { script: string; style: string };
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] as string);
/** JSON that may stand inside a script element. */
const toScript = (value: unknown) => JSON.stringify(value).replaceAll("<", "\\u003c");
const formatImages = (count: number) => count.toLocaleString("en");

const style = `
:root { color-scheme: light dark; --text: #1d2129; --faint: #667; --line: #d8dce3; --paper: #fff; --page: #f5f6f8; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8ec; --faint: #9aa3b2; --line: #353b46; --paper: #1e222a; --page: #14171c; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 78rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; }
h2 { margin: 2rem 0 .6rem; font-size: 1.15rem; }
dl { display: flex; flex-wrap: wrap; gap: .6rem 2rem; margin: 0; }
dt { color: var(--faint); font-size: .8rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1rem; }
.chart, .samples figure { margin: 0; padding: .8rem; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
.chart h3 { margin: 0 0 .3rem; font-size: .95rem; }
.samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); gap: 1rem; }
.samples img { width: 100%; image-rendering: pixelated; display: block; }
figcaption { color: var(--faint); font-size: .8rem; margin-top: .4rem; }
.warnings li { margin: .3rem 0; }
pre { overflow: auto; padding: 1rem; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
.u-legend { font-size: .8rem; color: var(--text); }
`;

const script = `
const colours = ["#3b6fd4", "#d9822b", "#2a9d6f", "#b5489a", "#7a6ff0", "#c23b3b", "#4c9fb5", "#8a7f2b"];
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const axis = (more) => ({ stroke: css("--faint"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line") }, ...more });
const short = (value) => value == null ? "" : Math.abs(value) >= 1e4 || (value !== 0 && Math.abs(value) < 1e-3)
  ? value.toExponential(1) : String(+value.toPrecision(4));
function draw() {
  charts.forEach((chart, index) => {
    const place = document.getElementById("chart-" + index);
    place.replaceChildren();
    new uPlot({
      width: place.clientWidth, height: 260,
      scales: { x: { time: false }, y: chart.isLogarithmic ? { distr: 3 } : {} },
      axes: [axis({ label: "images seen", values: (_, ticks) => ticks.map((tick) => tick >= 1e6 ? tick / 1e6 + "M" : tick >= 1e3 ? tick / 1e3 + "k" : tick) }),
        axis({ label: chart.axis, size: 64, values: (_, ticks) => ticks.map(short) })],
      series: [{ label: "images", value: (_, value) => value == null ? "–" : value.toLocaleString("en") },
        ...chart.curves.map(({ label }, at) => ({ label, stroke: colours[at % colours.length], width: 1.5, spanGaps: true,
          value: (_, value) => value == null ? "–" : short(value) }))],
    }, [chart.images, ...chart.curves.map(({ values }) => values)], place);
  });
}
draw();
let waiting;
addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(draw, 150); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
`;

/** One self-contained page that needs no network: facts, curves, warnings, samples, configuration. */
export function renderReport(content: ReportContent): string {
  const { title, facts, charts, warnings, samples, config, library } = content;
  const section = (heading: string, body: string, isShown: boolean) =>
    isShown ? `<h2>${heading}</h2>\n${body}\n` : "";
  const factList = facts.map(
    ([label, value]) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  const chartList = charts.map(
    (chart, index) =>
      `<div class="chart"><h3>${escapeHtml(chart.title)}</h3><div id="chart-${index}"></div></div>`,
  );
  const warningList = warnings.map(
    ({ imagesSeen, message }) => `<li>At ${formatImages(imagesSeen)} images: ${escapeHtml(message)}</li>`,
  );
  const sampleList = samples.map(
    ({ imagesSeen, url }) =>
      `<figure><img src="${url}" alt="Samples after ${imagesSeen} images"><figcaption>${formatImages(imagesSeen)} images</figcaption></figure>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${library.style}${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<dl>${factList.join("")}</dl>
${section("Warnings", `<ul class="warnings">${warningList.join("")}</ul>`, warnings.length > 0)}
${section("Curves", `<div class="charts">${chartList.join("")}</div>`, charts.length > 0)}
${section("Samples from the same noise", `<div class="samples">${sampleList.join("")}</div>`, samples.length > 0)}
${section("Configuration", `<pre>${escapeHtml(JSON.stringify(config, null, 2))}</pre>`, true)}
<script>${library.script}</script>
<script>const charts = ${toScript(charts)};${script}</script>
</body>
</html>
`;
}
