import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { writePicture } from "@gan/core/node";
import { describeInBrowser } from "@gan/test-kit/browser";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createCharts } from "./create-charts.js";
import { formatReport } from "./format-report.js";
import { readReport, writeReport } from "./report-files.js";
import { toyReport, toyRow } from "./reports.test-helper.js";

const peer = {
  ...{ peer: "pytorch", version: "2.15", threads: 2, setting: "eager+fused", imagesPerSecond: 500, ratio: 2 },
  ...{ ratioQuartiles: [1.8, 2.2] as const, peakMemoryMB: 200 },
  training: { images: 1600, minutes: 1, fid: null, kid: 0.6, kidDeviation: 0, precision: null, recall: null },
};
const report = toyReport([
  toyRow({ peer, isDisturbed: true }),
  toyRow({ variant: "other", problem: "<it> broke" }),
]);

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gan-bench-report-"));
  mkdirSync(join(folder, "grids"));
  const pixels = new Uint8Array(300).fill(99);
  await writePicture(join(folder, "grids", "toy.png"), { width: 10, height: 10, channels: 3, pixels });
  writeReport(folder, report);
});
afterAll(() => rmSync(folder, { recursive: true }));

it("tells everything in Markdown, with marks where the machine was disturbed", () => {
  const lines = formatReport(report).split("\n");
  expect(lines[0]).toBe("# Benchmarks, smoke");
  expect(lines.filter((line) => line.startsWith("| toy, tiny-8 |"))).toEqual([
    "| toy, tiny-8 | 4 | 1,000 (980 to 1,020) * | 1 | 4, 3 | arithmetic | 0.5, 25 % | 0.2 | 100 | 12,345 |",
    "| toy, tiny-8 | 1,600 | 0.5 | 2 → 0.5 | 1,000, toy-net | 1 |",
    "| toy, tiny-8 | pytorch 2.15, 2 threads, eager+fused | 1,000 / 500 | 2 (1.8 to 2.2) * | 100 / 200 | – / – | 0.5 / 0.6 |",
    "| toy, tiny-8 | 1,000 | 2,000 | 3,000 | 4,000 | 5,000 |",
  ]);
  expect(lines).toContain("| cold start of toy | 1.23 s | median of 5 |");
  expect(lines.at(-1)).toBe("other is incomplete: <it> broke");
});

it("is read back as it was written, and needs no network", () => {
  expect(readReport(join(folder, "report.json"))).toEqual(report);
  const page = readFileSync(join(folder, "report.html"), "utf8");
  expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
  expect(page).toContain("&lt;it&gt; broke");
  expect(page).not.toContain("<it> broke");
});

it("draws FID where it was measured along the way, else KID", () => {
  const curve = [0, 1600].map((images) => ({ images, minutes: images / 3200, fid: 9, kid: 1 }));
  const titles = (row: Parameters<typeof toyRow>[0]) =>
    createCharts({ rows: [toyRow(row)], scaling: [] }).map(({ title }) => title);
  expect(titles({ curve })).toEqual(["FID by images (toy-net)", "FID by minutes (toy-net)"]);
  expect(titles({})).toEqual(["KID by images (toy-net)", "KID by minutes (toy-net)"]);
});

it("draws learning on a scale of powers of ten, unless a KID is below zero", () => {
  const scales = (kid: number) => {
    const curve = [0, 1600].map((images) => ({
      images,
      minutes: images,
      fid: null,
      kid: images === 0 ? 9 : kid,
    }));
    return createCharts({ rows: [toyRow({ curve })], scaling: [] }).map(({ logarithmic }) => logarithmic);
  };
  expect(scales(0.1)).toEqual(["up", "up"]);
  expect(scales(-0.1)).toEqual(["neither", "neither"]);
});

describeInBrowser("in a browser", (browser) => {
  it.each([
    ["wide", 1280],
    ["a phone", 390],
  ])("draws tables, pictures and every chart, %s", async (_, width) => {
    const page = await browser().newPage({ viewport: { width, height: 800 } });
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("request", (request) => {
      if (!/^(?:file|data):/.test(request.url())) problems.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, "report.html")).href);
    expect(await page.locator(".chart h3").allTextContents()).toEqual([
      "KID by images (toy-net)",
      "KID by minutes (toy-net)",
      "images/s by batch",
      "peak MB by batch",
    ]);
    // A string, because it runs in the page, of whose types this package knows nothing.
    const inked = await page.evaluate<
      number[]
    >(`[...document.querySelectorAll(".chart canvas")].map((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((_, index) => index % 4 === 3 && data[index] > 0).length;
    })`);
    expect(inked).toHaveLength(4);
    for (const pixels of inked) expect(pixels).toBeGreaterThan(500);
    expect(await page.locator(".table table").count()).toBe(6);
    // Wide tables scroll by themselves, the page does not.
    const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
    await page.close();
  });
});
