import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createInferenceContext, Random, toPixelImages } from "@gan/dcgan";
import { loadDcgan, startBackend } from "@gan/dcgan/node";
import { describeInBrowser } from "@gan/test-kit/browser";
import type { Page } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { prepareModels } from "./prepare-models.js";

const root = fileURLToPath(new URL(".", import.meta.url));

describeInBrowser("the page", (browser) => {
  let folder = "";
  let server: PreviewServer;
  let page: Page;
  const problems: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gan-page-"));
    const publicDir = join(folder, "public");
    await prepareModels(publicDir);
    const outDir = join(folder, "page");
    await build({ root, publicDir, build: { outDir, emptyOutDir: true }, logLevel: "error" });
    server = await preview({
      root,
      build: { outDir },
      preview: { port: 0, strictPort: false },
      logLevel: "error",
    });
    page = await browser().newPage({ viewport: { width: 800, height: 1100 } });
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("requestfailed", (request) => problems.push(`${request.url()} failed`));
    await page.goto(`${server.resolvedUrls?.local[0]}?backend=cpu`);
    await page.waitForSelector("body[data-digits=ready][data-colours=ready]", { timeout: 60_000 });
  }, 180_000);
  afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true });
  });

  /** The red, green and blue bytes of a canvas. */
  const readCanvas = (id: string) =>
    page.evaluate<number[]>(`(() => {
      const canvas = document.getElementById("${id}");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return [...data].filter((_, index) => index % 4 < 3);
    })()`);

  it("shows the digits that Node.js makes from the same seed", async () => {
    await startBackend("ort");
    const dcgan = await loadDcgan("mnist-32");
    const images = dcgan.sample({ count: 32 }, createInferenceContext(new Random(7).fork("page")));
    const [first] = await toPixelImages(images);
    const shown = await readCanvas("digits");
    const width = 274;
    let largest = 0;
    for (let place = 0; place < 32 * 32; place++) {
      const [row, column] = [2 + Math.floor(place / 32), 2 + (place % 32)];
      const there = shown[3 * (row * width + column)] as number;
      largest = Math.max(largest, Math.abs(there - (first?.pixels[place] as number)));
    }
    expect(largest).toBeLessThanOrEqual(1);
    await page.click("#generate");
    await expect.poll(() => readCanvas("digits")).not.toEqual(shown);
  });

  it("colours what the mouse draws", async () => {
    await page.click("#clear");
    await expect.poll(async () => isColourful(await readCanvas("coloured"))).toBe(false);
    const box = await page.locator("#drawing").boundingBox();
    if (box === null) throw new Error("the drawing has no place");
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    const stroke = async (points: (readonly [number, number])[]) => {
      await page.mouse.move(...at(...(points[0] as [number, number])));
      await page.mouse.down();
      for (const point of points.slice(1)) await page.mouse.move(...at(...point), { steps: 2 });
      await page.mouse.up();
    };
    const circle = (x: number, y: number, radius: number, from = 0, to = 2 * Math.PI) =>
      Array.from({ length: 33 }, (_, step) => {
        const angle = from + ((to - from) * step) / 32;
        return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
      });
    await stroke(circle(0.5, 0.5, 0.32));
    await stroke(circle(0.39, 0.44, 0.01));
    await stroke(circle(0.61, 0.44, 0.01));
    await stroke(circle(0.5, 0.52, 0.15, 0.15 * Math.PI, 0.85 * Math.PI));
    await expect.poll(async () => isColourful(await readCanvas("coloured")), { timeout: 10_000 }).toBe(true);
    const picture = process.env["GAN_PAGE_PICTURE"];
    if (picture !== undefined) await page.screenshot({ path: picture });
  });

  it("met no error", async () => {
    expect(problems).toEqual([]);
    expect(await page.textContent("#message")).toBe("");
  });
});

/** Whether a tenth of the pixels is coloured: their brightest channel far above their darkest. */
function isColourful(values: readonly number[]): boolean {
  let coloured = 0;
  for (let place = 0; place < values.length; place += 3) {
    const color = values.slice(place, place + 3);
    if (Math.max(...color) - Math.min(...color) > 60) coloured++;
  }
  return coloured > values.length / 30;
}
