import { join } from "node:path";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { writePicture } from "../node/index.js";
import { useFolder } from "../node/pictures.test-helper.js";
import { runGan } from "./gan.js";

const folder = useFolder();
const [out, err]: [string[], string[]] = [[], []];

/** Pictures of one shade each. */
async function draw(name: string, shades: readonly number[], side = 16): Promise<void> {
  for (const [index, shade] of shades.entries()) {
    const pixels = new Uint8Array(side * side).fill(shade);
    const picture = { width: side, height: side, channels: 1, pixels };
    await writePicture(join(folder(name), `${10 + index}.png`), picture);
  }
}
async function run(...args: string[]) {
  out.length = err.length = 0;
  const code = await runGan(["metrics", "paired", ...args]);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

beforeAll(async () => {
  await draw("real", [51, 102, 0, 0, 0, 0, 0, 0, 0, 255]);
  await draw("fake", [102, 102, 0, 0, 0, 0, 0, 0, 0, 0]);
  await draw("few", [1, 2]);
  await draw("large", [90, 91], 176);
});
beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(String(text)));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(String(text)));
});

it("averages over pairs, over more than one batch: by hand for pictures of one shade", async () => {
  const { code, out } = await run(folder("real"), folder("fake"), "--json");
  expect(code).toBe(0);
  const figures = JSON.parse(out);
  // One pair differs by 51 of 255, one by all, eight not at all.
  expect(figures.l1).toBeCloseTo((0.2 + 1) / 10, 10);
  expect(figures.psnr).toBeCloseTo((10 * Math.log10(25) + 0 + 8 * 100) / 10, 8);
  const [c1] = [(0.01 * 255) ** 2];
  const similarity = (a: number, b: number) => (2 * a * b + c1) / (a * a + b * b + c1);
  expect(figures.ssim).toBeCloseTo((similarity(51, 102) + similarity(255, 0) + 8) / 10, 8);
  expect(figures).toMatchObject({ pairs: 10, seed: 0 });
  expect(figures).not.toHaveProperty("msSsim");
});

it("prints a line for each figure, MS-SSIM where pictures are large enough", async () => {
  expect((await run(folder("large"), folder("large"))).out.split("\n")).toEqual([
    "L1              0.00000 of the range",
    "PSNR            100.000 dB",
    "SSIM            1.00000",
    "MS-SSIM         1.00000",
    "pictures        2 pairs",
  ]);
});

it("refuses folders of different sizes, and pictures of different sizes", async () => {
  const uneven = await run(folder("real"), folder("few"));
  expect([uneven.code, uneven.err]).toEqual([
    1,
    expect.stringMatching(/equally many pictures, got 10 and 2/),
  ]);
  const other = await run(folder("large"), folder("few"));
  expect([other.code, other.err]).toEqual([1, expect.stringMatching(/must have one size/)]);
});
