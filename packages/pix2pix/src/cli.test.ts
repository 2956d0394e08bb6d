import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { decodeSafetensors } from "@gan/core";
import { captureCommandLine } from "@gan/test-kit/variant";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCli } from "./cli.js";

const model = { imageSize: 32, generatorFeatures: 2, discriminatorFeatures: 2, discriminatorLayers: 1 };
const training = { batchSize: 1, totalImages: 6, seed: 3, sampleEveryImages: 3, checkpointEveryImages: 3 };

let folder = "";
const at = (path: string) => join(folder, path);
const runTool = captureCommandLine(runCli);

/** A picture of two colours, so that its translation has something to see. */
async function draw(path: string, width = 32, height = 32, shade = 90) {
  await mkdir(join(at(path), ".."), { recursive: true });
  const patch = await sharp({ create: { width: 8, height: 8, channels: 3, background: "white" } })
    .png()
    .toBuffer();
  await sharp({ create: { width, height, channels: 3, background: { r: shade, g: 20, b: 200 } } })
    .composite([{ input: patch, left: 4, top: 4 }])
    .toFile(at(path));
}

const train = (run: string, ...more: string[]) => {
  const cache = `data.cacheFolder=${at("cache")}`;
  return runTool("train", "--config", at("tiny.json"), "--set", cache, "--out", at(run), ...more);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-pix2pix-"));
  for (const name of ["1", "2", "3"]) {
    await draw(`pairs/A/${name}.png`, 40, 40, 50 * Number(name));
    await draw(`pairs/B/${name}.png`, 40, 40, 250 - 50 * Number(name));
  }
  const data = { folder: at("pairs"), loadSize: 36, crop: "random", flip: true };
  await writeFile(at("tiny.json"), JSON.stringify({ model, data, training }));
});
afterAll(() => rm(folder, { recursive: true }));

describe("gan-pix2pix", () => {
  it("trains on two folders at batch 1 and draws input, output and target", async () => {
    const { code, text } = await train("run");
    expect(text).toMatch(/translate picture\.png --from/);
    expect(code).toBe(0);
    // A row for each of three pairs, three pictures of 32 in it, margins of 2.
    const { width, height } = await sharp(at("run/samples.png")).metadata();
    expect([width, height]).toEqual([3 * 34 + 2, 3 * 34 + 2]);
  });

  it("tells the discriminator's patches in the plan", async () => {
    const { code, text } = await train("planned", "--dry-run");
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({
      parameters: { generator: expect.any(Number), discriminator: expect.any(Number) },
      facts: { receptiveField: 16 },
    });
  });

  it("translates a file of any size, and again the same for a seed", async () => {
    await draw("photo.jpg", 50, 45);
    const translate = async (out: string, ...more: string[]) => {
      const result = await runTool(
        "translate",
        at("photo.jpg"),
        "--from",
        at("run"),
        "--out",
        at(out),
        ...more,
      );
      expect(result.text).toMatch(/1 picture translated a2b/);
      expect(result.code).toBe(0);
      return readFile(at(out));
    };
    const first = await translate("a.png");
    expect(await sharp(first).metadata()).toMatchObject({ width: 50, height: 45, channels: 3 });
    expect(await translate("b.png")).toEqual(first);
    expect(await translate("c.png", "--seed", "1")).not.toEqual(first); // another dropout
    const still = await translate("d.png", "--no-dropout");
    expect(await translate("e.png", "--no-dropout", "--seed", "1")).toEqual(still);
    const tiles = await translate("f.png", "--tile", "32", "--overlap", "16");
    expect(await sharp(tiles).metadata()).toMatchObject({ width: 50, height: 45 });
    expect(await sharp(await translate("g.png", "--resize")).metadata()).toMatchObject({
      width: 32,
      height: 32,
    });
  });

  it("translates a folder, goes on past a damaged picture and says which", async () => {
    await draw("in/a.png");
    await draw("in/deep/b.webp");
    await writeFile(at("in/c.png"), (await readFile(at("in/a.png"))).subarray(0, 60));
    const run = (...more: string[]) =>
      runTool("translate", at("in"), "--from", at("run"), "--out", at("out"), ...more);
    const { code, text } = await run();
    expect(code).toBe(1);
    expect(text).toMatch(/2 pictures translated[\s\S]*1 left out:[\s\S]*in\/c\.png/);
    expect((await readdir(at("out"), { recursive: true })).sort()).toEqual(["a.png", "deep", "deep/b.webp"]);
    const before = await readFile(at("out/a.png"));
    expect((await run("--strict")).code).toBe(1);
    expect(await readFile(at("out/a.png"))).toEqual(before);
  });

  it("translates standard input to standard output", async () => {
    await draw("stream.png");
    const input = Readable.from([await readFile(at("stream.png"))]);
    vi.spyOn(process, "stdin", "get").mockReturnValue(input as never);
    const written: Buffer[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((part) => {
      written.push(part as unknown as Buffer);
      return true;
    });
    const { code } = await runTool("translate", "-", "--from", at("run"), "--out", "-", "--format", "jpg");
    vi.mocked(process.stdout.write).mockRestore();
    expect(code).toBe(0);
    expect(await sharp(Buffer.concat(written)).metadata()).toMatchObject({
      format: "jpeg",
      width: 32,
      height: 32,
    });
  });

  it.each([
    [["in/a.png", "--out", "in/a.png"], /would be overwritten/],
    [["in", "--out", "in"], /would be overwritten/],
    [["in", "--out", "-"], /standard output takes one picture/],
    [["in", "--out", "all.png"], /--out must be a folder/],
    [["in/a.png", "--out", "x.png", "--direction", "b2a"], /translates a2b, got --direction b2a/],
    [["in/a.png", "--out", "x.png", "--tile", "20"], /multiple of 32/],
    [["in/a.png", "--out", "x.png", "--overlap", "2"], /give --tile/],
  ])("refuses translate %j", async ([source, ...flags], message) => {
    const paths = flags.map((flag, index) =>
      flags[index - 1] === "--out" && flag !== "-" ? at(flag) : flag,
    );
    const { code, text } = await runTool("translate", at(source as string), "--from", at("run"), ...paths);
    expect(text).toMatch(message);
    expect(code).toBe(2);
  });

  it("names what is missing or cannot be read", async () => {
    const translate = (source: string) =>
      runTool("translate", at(source), "--from", at("run"), "--out", at("x.png"));
    expect(await translate("absent.png")).toMatchObject({
      code: 1,
      text: expect.stringMatching(/absent\.png/),
    });
    expect(await translate("in/c.png")).toMatchObject({
      code: 1,
      text: expect.stringMatching(/cannot read .*c\.png/),
    });
    await draw("lone/A/1.png");
    await draw("lone/A/2.png");
    await draw("lone/B/2.png");
    const { code, text } = await train("lone-run", "--data", at("lone"));
    expect([code, text]).toEqual([1, expect.stringMatching(/B lacks a partner of 1\.png/)]);
    expect(await readdir(folder)).not.toContain("lone-run");
  });

  it("exports weights where no average is kept", async () => {
    const out = at("weights.safetensors");
    expect((await runTool("export", "--from", at("run"), "--out", out)).code).toBe(0);
    const tensors = decodeSafetensors(await readFile(out), out);
    expect(tensors.has("generator.toImage.weight")).toBe(true);
  });

  it("measures on what was held out, and says when nothing was", async () => {
    expect(await runTool("evaluate", "--from", at("run"))).toMatchObject({
      code: 1,
      text: expect.stringMatching(/needs pairs that were not trained on/),
    });
    await draw("split/trainA/1.png");
    await draw("split/trainB/1.png");
    await draw("split/testA/2.png");
    await draw("split/testB/2.png", 32, 32, 200);
    expect((await train("split-run", "--data", at("split"))).code).toBe(0);
    const { code, text } = await runTool("evaluate", "--from", at("split-run"), "--json");
    expect(code).toBe(0);
    const figures = JSON.parse(text.slice(text.indexOf("{")));
    expect(figures).toMatchObject({ imagesSeen: 6, pairs: 1 });
    expect(figures.l1).toBeGreaterThan(0);
    expect(figures.ssim).toBeLessThan(1);
  });

  it.each(["edges", "grey", "low-resolution"])(
    "trains on photographs alone, from their %s",
    async (pairs) => {
      const { code, text } = await train(
        `of-${pairs}`,
        "--data",
        at("pairs/B"),
        "--set",
        `data.pairs=${pairs}`,
      );
      expect(text).toMatch(/6 images/);
      expect(code).toBe(0);
    },
  );
});
