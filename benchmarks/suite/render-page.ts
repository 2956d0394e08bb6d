import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createCharts } from "./create-charts.js";
import { createTables, describeConditions, type Table } from "./format-report.js";
import { pageScript, pageStyle } from "./page-parts.js";
import type { BenchReport } from "./rows.js";

const require = createRequire(import.meta.url);

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

const renderTable = ({ title, note, header, rows }: Table): string => {
  const cells = (row: readonly string[], tag: string) =>
    row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("");
  const head = `<thead><tr>${cells(header, "th")}</tr></thead>`;
  const body = rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("");
  return `<h2>${escapeHtml(title)}</h2>
<div class="table"><table>${head}<tbody>${body}</tbody></table></div>
${note === undefined ? "" : `<p class="note">${escapeHtml(note)}</p>`}`;
};

/**
 * One self-contained page that needs no network: tables, sample pictures, curves.
 *
 * @param readGrid A sample picture's data URL by its file's name.
 */
export function renderPage(report: BenchReport, readGrid: (name: string) => string | undefined): string {
  const title = `@gan benchmarks${report.isSmoke ? ", smoke" : ""}`;
  const charts = createCharts(report);
  const grids = report.rows.flatMap(({ variant, grid, images }) => {
    const url = grid === undefined ? undefined : readGrid(grid);
    const after = `${variant}, after ${images?.toLocaleString("en")} images`;
    return url === undefined
      ? []
      : [
          `<figure><img src="${url}" alt="${escapeHtml(after)}"><figcaption>${escapeHtml(after)}</figcaption></figure>`,
        ];
  });
  const places = charts.map(
    (chart, index) =>
      `<div class="chart"><h3>${escapeHtml(chart.title)}</h3><div id="chart-${index}"></div></div>`,
  );
  const problems = report.rows.flatMap(({ variant, problem }) =>
    problem === undefined
      ? []
      : [`<p class="problem">${escapeHtml(`${variant} is incomplete: ${problem}`)}</p>`],
  );
  const section = (heading: string, kind: string, parts: readonly string[]) =>
    parts.length === 0 ? "" : `<h2>${heading}</h2>\n<div class="${kind}">${parts.join("")}</div>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${readFileSync(require.resolve("uplot/dist/uPlot.min.css"), "utf8")}${pageStyle}</style>
</head>
<body>
<h1>${title}</h1>
<p class="note">${escapeHtml(describeConditions(report))}</p>
${problems.join("\n")}
${createTables(report).map(renderTable).join("\n")}
${section("Samples", "samples", grids)}
${section("Curves", "charts", places)}
<script>${readFileSync(require.resolve("uplot/dist/uPlot.iife.min.js"), "utf8")}</script>
<script>const charts = ${toScript(charts)};${pageScript}</script>
</body>
</html>
`;
}
