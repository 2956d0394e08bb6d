import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { createImageStore } from "../data/index.js";
import { DataError } from "../errors/index.js";
import { openPack } from "../node/index.js";
import { dataCommand, type RegistrySource } from "./data-command.js";
import type { DatasetRegistry, DatasetRequest } from "./dataset-registry.js";
import { loadDatasetRegistry } from "./load-datasets.js";

const folder = mkdtempSync(join(tmpdir(), "data-command-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

/** Grey 2×2 pictures, each of one value. */
function createStore(name: string, values: readonly number[]) {
  const pixels = Uint8Array.from(values.flatMap((value) => [value, value, value, value]));
  const labels = values.map((_, index) => index % 2);
  const labelNames = ["even", "odd"];
  return createImageStore({
    name,
    count: values.length,
    height: 2,
    width: 2,
    channels: 1,
    pixels,
    labels,
    labelNames,
  });
}

const described = { size: "2×2", channels: 1, labels: "2", source: "here", licence: "CC0 1.0" };
const requests: (DatasetRequest | undefined)[] = [];
const registry: DatasetRegistry = {
  descriptions: [
    {
      ...described,
      name: "toy",
      description: "toys",
      kind: "images",
      pictures: 1200,
      testPictures: 3,
      install: "npm install toys@1.0.0",
    },
    {
      ...described,
      name: "duo",
      description: "two artists",
      kind: "domains",
      install: "npm install duo@1.0.0",
    },
  ],
  isInstalled: (name) => name === "toy",
  async open(name, request) {
    requests.push(request);
    if (name === "toy") return { kind: "images", images: createStore("toy", [10, 20, 30]) };
    if (name !== "duo") throw new DataError("datasets", `there is no data set named ${name}.`);
    return {
      kind: "domains",
      a: createStore("a", [10, 20]),
      b: createStore("b", [21, 11]),
      partners: [1, 0],
    };
  },
};

/** Runs a command line and gives what it printed. */
async function run(args: readonly string[], source: RegistrySource = registry): Promise<string> {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  log.mockClear();
  await dataCommand(source).parseAsync(args, { from: "user" });
  return log.mock.calls.join("\n");
}

describe("data list", () => {
  it("shows licences, and what to do for sets that are not installed", async () => {
    const [header, toy, duo] = (await run(["list"])).split("\n");
    expect(header).toMatch(/^name +kind +pictures +size +labels +licence +get it$/);
    expect(toy).toMatch(/^toy +images +1,200 \+ 3 +2×2 +2 +CC0 1\.0 +installed$/);
    expect(duo).toMatch(/^duo +domains +any .*npm install duo@1\.0\.0$/);
    expect(toy?.indexOf("CC0")).toBe(header?.indexOf("licence"));
  });

  it("prints JSON for machines", async () => {
    const [toy, duo] = JSON.parse(await run(["list", "--json"]));
    expect(toy).toMatchObject({ name: "toy", pictures: 1200, licence: "CC0 1.0", installed: true });
    expect(duo).toMatchObject({ installed: false, install: "npm install duo@1.0.0" });
  });
});

describe("data prepare", () => {
  it("packs a set at the size that is asked for", async () => {
    const out = join(folder, "toy.pack");
    const line = await run(["prepare", "toy", "--image-size", "4", "--background", "white", "--out", out]);
    expect(line).toContain("3 pictures of 4×4×1, 0 skipped");
    expect(requests.at(-1)).toEqual({ imageSize: 4, background: "white" });
    const pack = await openPack(out);
    expect([pack.count, pack.label?.(1), ...(await pack.read(2)).pixels.subarray(0, 2)]).toEqual([
      3, 1, 30, 30,
    ]);
    await pack.close();
  });

  it("packs both domains and keeps who belongs to whom", async () => {
    const out = join(folder, "duo");
    await run(["prepare", "duo", "--image-size", "2", "--out", out]);
    expect(readdirSync(out).sort()).toEqual(["a.pack", "b.pack", "partners.json"]);
    expect(JSON.parse(readFileSync(join(out, "partners.json"), "utf8"))).toEqual([1, 0]);
    const pack = await openPack(join(out, "b.pack"));
    expect((await pack.read(0)).pixels[0]).toBe(21);
    await pack.close();
  });

  it("names what it skips in a folder, and refuses it when strict", async () => {
    const pictures = join(folder, "pictures");
    mkdirSync(pictures);
    const red = { create: { width: 3, height: 2, channels: 3 as const, background: "#ff0000" } };
    await sharp(red).png().toFile(join(pictures, "red.png"));
    writeFileSync(join(pictures, "broken.png"), "no picture");
    const out = join(folder, "pictures.pack");
    const flags = ["prepare", pictures, "--image-size", "2", "--out", out];
    const summary = JSON.parse(await run([...flags, "--json"])).packs[0];
    expect(summary).toMatchObject({ pictures: 1, channels: 3, skipped: 1 });
    expect(summary.examples[0]).toContain("broken.png");
    await expect(run([...flags, "--strict"])).rejects.toThrow(/broken\.png/);
  });

  it("refuses sizes and labels that make no sense", async () => {
    const out = join(folder, "never.pack");
    await expect(run(["prepare", "toy", "--image-size", "0.5", "--out", out])).rejects.toThrow(
      /--image-size.*0\.5/,
    );
    await expect(run(["prepare", "toy", "--labels", "folders", "--out", out])).rejects.toThrow(
      /--labels is for/,
    );
    await expect(run(["prepare", "nothing", "--out", out])).rejects.toThrow(/no data set named nothing/);
  });
});

describe("data inspect", () => {
  it("counts sizes, channels and labels, of a pack as of the set", async () => {
    const out = join(folder, "inspected.pack");
    await run(["prepare", "toy", "--image-size", "2", "--out", out]);
    for (const source of ["toy", out]) {
      const { parts } = JSON.parse(await run(["inspect", source, "--json"]));
      expect(parts.images).toEqual({
        name: "toy",
        pictures: 3,
        inspected: 3,
        sizes: { "2×2": 3 },
        channels: { "1": 3 },
        labels: { even: 2, odd: 1 },
        skipped: 0,
        examples: [],
      });
    }
  });

  it("shows partners side by side on a contact sheet", async () => {
    const out = join(folder, "sheet.png");
    expect(await run(["inspect", "duo", "--image-size", "2", "--out", out])).toContain(
      `Contact sheet: ${out}`,
    );
    const { data, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true });
    // Four pictures of 2×2 in a row, with a margin of 2 around each.
    expect([info.width, info.height]).toEqual([18, 6]);
    const values = [2, 6, 10, 14].map((column) => data[(2 * info.width + column) * info.channels]);
    expect(values).toEqual([10, 11, 20, 21]);
  });

  it("looks at no more than the limit", async () => {
    expect(await run(["inspect", "toy", "--limit", "2"])).toContain(
      "3 pictures, 2 of them looked at, 0 skipped",
    );
    await expect(run(["inspect", "toy", "--limit", "x"])).rejects.toThrow(/--limit.*NaN/);
  });
});

describe("loadDatasetRegistry", () => {
  const absent = () => loadDatasetRegistry(folder);

  it("says how to install the package when a name needs it, and lets folders be", async () => {
    await expect(run(["list"], absent)).rejects.toThrow(/@gan\/datasets.*npm install @gan\/datasets$/);
    expect(await run(["inspect", join(folder, "pictures")], absent)).toContain("2 pictures, 1 skipped");
  });

  it("loads the package that the folder has", async () => {
    const installed = join(folder, "project", "node_modules", "@gan", "datasets");
    mkdirSync(installed, { recursive: true });
    const write = (code: string) => writeFileSync(join(installed, "index.js"), code);
    writeFileSync(join(installed, "package.json"), JSON.stringify({ type: "module", exports: "./index.js" }));
    write("export const datasets = { descriptions: [] };");
    expect(await loadDatasetRegistry(join(folder, "project"))).toEqual({ descriptions: [] });
  });
});
