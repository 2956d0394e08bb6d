import { join } from "node:path";
import { DataError } from "@gan/core";
import { describe, expect, it } from "vitest";
import { isHeldOut } from "./emoji-sequence.js";
import { openPairs } from "./open-dataset.js";
import { excludedOpenmoji } from "./openmoji-excluded.js";
import { createTemporaryFolder, manifest, writeFiles } from "./packages.test-helper.js";

const folder = createTemporaryFolder();
const svg = (content: string) =>
  `<svg id="emoji" viewBox="0 0 72 72" xmlns="http://www.w3.org/2000/svg">${content}</svg>`;
const line = `<rect width="72" height="36" fill="#000"/>`;

/** Base emoji of both parts. */
const hexcodes = Array.from({ length: 40 }, (_, index) => `200${(10 + index).toString(16).toUpperCase()}`);
const others = [
  { hexcode: "1F44B-1F3FB", group: "people-body", subgroups: "hand", skintone: 1 },
  { hexcode: "1F1E9-1F1EA", group: "flags", subgroups: "country-flag", skintone: "" },
  { hexcode: "1F3FB", group: "component", subgroups: "skin-tone", skintone: "" },
  { hexcode: "E0A0", group: "extras-openmoji", subgroups: "flags", skintone: "" },
  { hexcode: excludedOpenmoji[0] as string, group: "objects", subgroups: "clothing", skintone: "" },
];
const entries = hexcodes.map((hexcode, index) => ({
  hexcode,
  group: index % 2 === 0 ? "objects" : "activities",
  subgroups: "tool",
  skintone: "",
}));

writeFiles(join(folder, "openmoji"), {
  "package.json": manifest("openmoji", "17.0.0"),
  "data/openmoji.json": JSON.stringify([...entries, ...others]),
});
for (const hexcode of hexcodes) {
  writeFiles(join(folder, "openmoji"), {
    [`black/svg/${hexcode}.svg`]: svg(line),
    [`color/svg/${hexcode}.svg`]: svg(`${line}<rect y="36" width="36" height="36" fill="#f00"/>`),
  });
}
const options = { packageFolders: [folder], imageSize: 8 };

describe("openmoji-pairs", () => {
  it("draws both sides at the size that is asked for, aligned, on white", async () => {
    const { input, target } = await openPairs("openmoji-pairs", options);
    const [lines, colours] = await Promise.all([input.read(0), target.read(0)]);
    expect([lines.width, lines.height, lines.channels]).toEqual([8, 8, 3]);
    const pixel = (pixels: Uint8Array, row: number, column: number) => [
      ...pixels.subarray((row * 8 + column) * 3, (row * 8 + column) * 3 + 3),
    ];
    expect(pixel(lines.pixels, 1, 1)).toEqual([0, 0, 0]);
    expect(pixel(colours.pixels, 1, 1)).toEqual([0, 0, 0]);
    expect(pixel(lines.pixels, 6, 1)).toEqual([255, 255, 255]);
    expect(pixel(colours.pixels, 6, 1)).toEqual([255, 0, 0]);
    expect(pixel(colours.pixels, 6, 6)).toEqual([255, 255, 255]);
  });

  it("leaves out skin tones, flags, components and pairs that teach nothing", async () => {
    const { input, target } = await openPairs("openmoji-pairs", { ...options, split: "all" });
    expect([input.count, target.count]).toEqual([hexcodes.length, hexcodes.length]);
    expect(input.classNames).toEqual(["activities", "objects"]);
    expect([input.label?.(0), input.label?.(1), target.label?.(1)]).toEqual([1, 0, 0]);
  });

  it("splits by base emoji", async () => {
    const test = hexcodes.filter(isHeldOut);
    expect(test.length).toBeGreaterThan(0);
    const parts = [
      await openPairs("openmoji-pairs", options),
      await openPairs("openmoji-pairs-test", options),
    ];
    expect(parts.map(({ input }) => input.count)).toEqual([hexcodes.length - test.length, test.length]);
    expect(parts[1]?.target.describe(0)).toContain(`${test[0]}.svg`);
  });

  it("says which package to install", async () => {
    const absent = openPairs("openmoji-pairs", { packageFolders: [join(folder, "nothing")] });
    await expect(absent).rejects.toThrow(/npm package openmoji.*npm install openmoji@17\.0\.0$/);
  });

  it("names a damaged list, a damaged drawing and a wrong colour", async () => {
    const broken = join(folder, "broken");
    writeFiles(join(broken, "openmoji"), {
      "package.json": manifest("openmoji"),
      "data/openmoji.json": "[{",
    });
    const damaged = openPairs("openmoji-pairs", { packageFolders: [broken] });
    await expect(damaged).rejects.toThrow(/openmoji\.json.*Install openmoji@17\.0\.0 again/);
    writeFiles(join(broken, "openmoji"), {
      "data/openmoji.json": JSON.stringify(entries.slice(0, 1)),
      [`black/svg/${hexcodes[0]}.svg`]: "<svg",
    });
    const { input } = await openPairs("openmoji-pairs", { packageFolders: [broken], split: "all" });
    await expect(input.read(0)).rejects.toThrow(DataError);
    await expect(input.read(0)).rejects.toThrow(`${hexcodes[0]}.svg`);
    await expect(input.read(1)).rejects.toThrow(/pictures 0 to 0, got 1/);
    await expect(openPairs("openmoji-pairs", { ...options, background: "nocolour" })).rejects.toThrow(
      /nocolour/,
    );
  });
});
