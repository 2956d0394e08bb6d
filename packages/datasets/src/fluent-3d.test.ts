import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDataset } from "./open-dataset.js";
import {
  createHalfTransparent,
  createTemporaryFolder,
  manifest,
  writeFiles,
} from "./packages.test-helper.js";

const folder = createTemporaryFolder();
const picture = await createHalfTransparent("#00ff00", "webp");
writeFiles(join(folder, "@lobehub", "fluent-emoji-3d"), {
  "package.json": manifest("@lobehub/fluent-emoji-3d"),
  "assets/1f44b.webp": picture,
  "assets/1f44b-1f3fb.webp": picture,
  "assets/1f600.webp": picture,
  "assets/notes.txt": "no picture",
});

describe("fluent-3d", () => {
  it("reads the package's pictures, skin tones on demand", async () => {
    const options = { packageFolders: [folder], split: "all" } as const;
    const set = await openDataset("fluent-3d", options);
    expect([set.count, set.label]).toEqual([3, undefined]);
    const { width, height, channels, pixels } = await set.read(0);
    expect([width, height, channels]).toEqual([4, 4, 3]);
    expect([...pixels.subarray(0, 3), ...pixels.subarray(9, 12)]).toEqual([255, 255, 255, 0, 255, 0]);
    expect((await openDataset("fluent-3d", { ...options, skinTones: false })).count).toBe(2);
  });
});
