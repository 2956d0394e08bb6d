import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describeInBrowser } from "@gan/test-kit/browser";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StepEvent } from "../train/index.js";
import { RunLog } from "./run-log.js";
import { writePicture } from "./write-picture.js";
import { writeReport } from "./write-report.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-report-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const facts = { variant: "toy", config: { note: "</script><b>bold</b>" }, backend: { backend: "ort" } };

/** A run of twenty steps with a warning, a health measure and three sample grids. */
async function writeRun(): Promise<string> {
  const log = new RunLog(folder);
  await log.add({ type: "start", imagesSeen: 0, totalImages: 2_000 });
  for (let step = 1; step <= 20; step++) {
    const event: StepEvent = {
      type: "step",
      imagesSeen: step * 100,
      losses: { "discriminator.real": 0.7 - step / 50, "generator.fake": 0.7 + step / 20 },
      reports: { realProbability: 0.6, fakeProbability: 0.4, accuracy: 0.6 },
      gradientNorms: { discriminator: 1 / step, generator: 2 / step },
      learningRates: { discriminator: 2e-4, generator: 2e-4 },
      durationMillis: 100,
    };
    await log.add(event);
  }
  await log.add({ type: "health", imagesSeen: 2_000, sampleDiversity: 0.1, realDiversity: 0.5 });
  await log.add({ type: "warning", imagesSeen: 2_000, code: "mode-collapse", message: "<all> alike" });
  await mkdir(join(folder, "samples"));
  for (const images of [500, 1_000, 2_000]) {
    const pixels = new Uint8Array(300).fill(images / 10);
    const name = `${String(images).padStart(12, "0")}.png`;
    await writePicture(join(folder, "samples", name), { width: 10, height: 10, channels: 3, pixels });
  }
  return writeReport(folder, facts);
}

describe("writeReport", () => {
  it("needs no network and shows text as text", async () => {
    const page = await readFile(await writeRun(), "utf8");
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(page).toContain("&lt;all&gt; alike");
    expect(page).not.toContain("<b>bold</b>");
  });

  it("says whose features metrics are of", async () => {
    const extractor = { name: "mnist-classifier", weightsHash: "0", resize: "clean" } as const;
    const conditions = { extractor, nReal: 5, nFake: 5, seed: 0 };
    await new RunLog(folder).addMetrics({ imagesSeen: 10, metrics: { fid: 7 }, conditions });
    const page = await readFile(await writeReport(folder, facts), "utf8");
    expect(page).toContain("fid (mnist-classifier, resize clean)");
  });

  it("makes a page of a run that has no step yet", async () => {
    const page = await readFile(await writeReport(folder, facts), "utf8");
    expect(page).toContain("Configuration");
    expect(page).not.toContain("Curves");
  });
});

describeInBrowser("in a browser", (browser) => {
  it.each([
    ["wide", 1200],
    ["a phone", 390],
  ])("draws every chart and picture without an error, %s", async (_, width) => {
    const path = await writeRun();
    const page = await browser().newPage({ viewport: { width, height: 800 } });
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("request", (request) => {
      if (!/^(?:file|data):/.test(request.url())) problems.push(request.url());
    });
    await page.goto(pathToFileURL(path).href);
    const titles = await page.locator(".chart h3").allTextContents();
    expect(titles).toEqual([
      "Losses",
      "Discriminator",
      "Gradient norms",
      "Diversity of samples and real pictures",
      "Learning rates",
      "Throughput",
    ]);
    // A string, because it runs in the page, of whose types this package knows nothing.
    const inked = await page.evaluate<
      number[]
    >(`[...document.querySelectorAll(".chart canvas")].map((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((_, index) => index % 4 === 3 && data[index] > 0).length;
    })`);
    expect(inked).toHaveLength(titles.length);
    for (const pixels of inked) expect(pixels).toBeGreaterThan(500);
    const sizes = await page.evaluate<number[]>(
      `[...document.querySelectorAll(".samples img")].map((image) => image.naturalWidth)`,
    );
    expect(sizes).toEqual([10, 10, 10]);
    const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
    await page.close();
  });
});
