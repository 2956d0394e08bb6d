/** The page's looks, light and dark, from a phone's width on. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1d2129; --faint: #5d6675; --line: #d8dce3; --paper: #fff; --page: #f5f6f8; --bad: #b42318; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8ec; --faint: #9aa3b2; --line: #353b46; --paper: #1e222a; --page: #14171c; --bad: #f08a80; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.2rem; max-width: 84rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 .6rem; font-size: 1.6rem; }
h2 { margin: 2rem 0 .6rem; font-size: 1.15rem; }
.note { color: var(--faint); font-size: .85rem; margin: .5rem 0; max-width: 60rem; overflow-wrap: anywhere; }
.problem { color: var(--bad); white-space: pre-wrap; overflow-wrap: anywhere; }
.table { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
.table table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums; }
.table :is(th, td) { padding: .4rem .7rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
.table th { color: var(--faint); font-weight: 600; }
.table :is(th, td:last-child) { white-space: normal; min-width: 6rem; }
.table td:last-child:not(:first-child) { min-width: 14rem; }
.table tbody tr:last-child td { border-bottom: 0; }
.table :is(td, th):first-child { position: sticky; left: 0; background: var(--paper); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 1rem; }
.chart, .samples figure { margin: 0; padding: .8rem; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; min-width: 0; }
.chart h3 { margin: 0 0 .3rem; font-size: .95rem; }
.samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); gap: 1rem; }
.samples img { width: 100%; image-rendering: pixelated; display: block; }
figcaption { color: var(--faint); font-size: .8rem; margin-top: .4rem; }
.u-legend { font-size: .8rem; color: var(--text); }
`;

/** Draws the charts, anew when the page's width or colours change. */
export const pageScript = `
const colours = ["#3b6fd4", "#d9822b", "#2a9d6f", "#b5489a", "#7a6ff0", "#c23b3b", "#4c9fb5", "#8a7f2b"];
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const axis = (more) => ({ stroke: css("--faint"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line") }, ...more });
const short = (value) => value == null ? "" : Math.abs(value) >= 1e6 ? value / 1e6 + "M" : Math.abs(value) >= 1e4 ? value / 1e3 + "k"
  : value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : String(+value.toPrecision(4));
const labels = (_, ticks) => ticks.map(short);
function draw() {
  charts.forEach((chart, index) => {
    const place = document.getElementById("chart-" + index);
    place.replaceChildren();
    const scale = chart.logarithmic === "neither" ? {} : { distr: 3 };
    const names = [...new Set(chart.curves.map(({ label }) => label.split(",")[0]))];
    new uPlot({
      width: place.clientWidth, height: 280,
      scales: { x: { time: false, ...(chart.logarithmic === "both" ? { distr: 3, log: 2 } : {}) }, y: scale },
      axes: [axis({ label: chart.across, values: labels }), axis({ label: chart.up, size: 64, values: labels })],
      series: [{ label: chart.across, value: (_, value) => value == null ? "–" : short(value) },
        ...chart.curves.map(({ label }) => ({ label, stroke: colours[names.indexOf(label.split(",")[0]) % colours.length],
          width: 1.5, dash: label.includes(",") ? [5, 4] : undefined, points: { show: !label.includes(","), size: 6 }, spanGaps: true,
          value: (_, value) => value == null ? "–" : short(value) }))],
    }, [chart.places, ...chart.curves.map(({ values }) => values)], place);
  });
}
draw();
let waiting;
addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(draw, 150); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
`;
