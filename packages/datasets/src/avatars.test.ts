import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDataset } from "./open-dataset.js";
import { createTemporaryFolder, manifest, writeFiles } from "./packages.test-helper.js";

const folder = createTemporaryFolder();
/** Draws a square in the hair's colour, chosen by the seed's last digit, the next colour for seeds that are no numbers. */
const core = `export function createAvatar(style, { seed, size, hairColor, backgroundColor }) {
  const digit = Number(seed.at(-1)) + (seed === String(Number(seed)) ? 0 : 1);
  const hair = hairColor[digit % hairColor.length];
  const transparent = backgroundColor[0] === "transparent";
  return {
    toString: () => '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="' + size + '" height="' + size + '">' +
      (transparent ? "" : '<rect width="10" height="10" fill="#' + backgroundColor[0] + '"/>') +
      '<rect x="5" width="5" height="10" fill="#' + hair + '"/></svg>',
    toJson: () => ({ extra: { hairColor: "#" + hair, glasses: digit % 3 === 0 ? "round" : undefined } }),
  };
}`;
const collection = `export const lorelei = { schema: { properties: {
  glasses: { items: { enum: ["square", "round"] } }, glassesProbability: {}, hairColor: { items: {} } } } };`;
writeFiles(join(folder, "@dicebear"), {
  "core/package.json": manifest("@dicebear/core", "9.4.3", "./lib/index.js"),
  "core/lib/index.js": core,
  "collection/package.json": manifest("@dicebear/collection", "9.4.3", "./lib/index.js"),
  "collection/lib/index.js": collection,
});
const options = { packageFolders: [folder], imageSize: 10, count: 6 };

describe("avatars", () => {
  it("draws as many as asked for, at the size asked for, labelled by their hair", async () => {
    const set = await openDataset("avatars", options);
    expect([set.count, set.classNames]).toEqual([6, ["black", "brown", "blond", "red", "grey"]]);
    expect([0, 1, 4, 5].map((index) => set.label?.(index))).toEqual([0, 1, 4, 0]);
    const { width, height, channels, pixels } = await set.read(0);
    expect([width, height, channels]).toEqual([10, 10, 3]);
    expect([...pixels.subarray(0, 3)]).toEqual([0xb6, 0xe3, 0xf4]);
    expect([...pixels.subarray(27, 30)]).toEqual([0x1f, 0x1a, 0x1c]);
  });

  it("draws others for the test than for training", async () => {
    const test = await openDataset("avatars-test", options);
    expect([0, 1, 4].map((index) => test.label?.(index))).toEqual([1, 2, 0]);
  });

  it("takes another option for labels, where none is one of its values", async () => {
    const set = await openDataset("avatars", { ...options, label: "glasses" });
    expect(set.classNames).toEqual(["none", "round", "square"]);
    expect([0, 1, 2, 3].map((index) => set.label?.(index))).toEqual([1, 0, 0, 1]);
    const unknown = openDataset("avatars", { ...options, label: "hat" });
    await expect(unknown).rejects.toThrow(/options .*hairColor.*glasses; got hat/);
  });

  it("draws on a background that is asked for", async () => {
    const set = await openDataset("avatars", { ...options, background: "#010203" });
    expect([...(await set.read(0)).pixels.subarray(0, 3)]).toEqual([1, 2, 3]);
  });

  it("refuses what cannot be: both splits, and a style that is not there", async () => {
    await expect(openDataset("avatars", { ...options, split: "all" })).rejects.toThrow(/train or the test/);
    await expect(openDataset("avatars-thumbs", options)).rejects.toThrow(/no style thumbs.*9\.4\.3/);
  });
});
