import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDataset, openDomains } from "./open-dataset.js";
import {
  createHalfTransparent,
  createTemporaryFolder,
  manifest,
  writeFiles,
} from "./packages.test-helper.js";

const folder = createTemporaryFolder();
const codes = Array.from({ length: 30 }, (_, index) => `200${(10 + index).toString(16)}`);
const drawn = { has_img_google: true, has_img_twitter: true };
const list = [
  ...codes.map((code, index) => ({
    unified: code.toUpperCase(),
    image: `${code}.png`,
    category: index % 3 === 0 ? "Symbols" : "Activities",
    ...drawn,
  })),
  {
    unified: "1F44B",
    image: "1f44b.png",
    category: "People & Body",
    ...drawn,
    skin_variations: { "1F3FB": { unified: "1F44B-1F3FB", image: "1f44b-1f3fb.png", ...drawn } },
  },
  { unified: "2642", image: "2642.png", category: "Symbols", ...drawn, has_img_twitter: false },
];
const pictures = {
  google: await createHalfTransparent("#ff0000"),
  twitter: await createHalfTransparent("#0000ff"),
};
for (const artist of ["google", "twitter"] as const) {
  const name = `emoji-datasource-${artist}`;
  const images = list.map(({ image }) => [`img/${artist}/64/${image}`, pictures[artist]]);
  writeFiles(join(folder, name), {
    "package.json": manifest(name, "16.0.0"),
    "emoji.json": JSON.stringify(list),
    ...Object.fromEntries(images),
  });
}
const options = { packageFolders: [folder], split: "all" } as const;

describe("noto-twemoji", () => {
  it("has two domains in different orders, with a hidden pairing", async () => {
    const { a, b, partners = [] } = await openDomains("noto-twemoji", options);
    expect([a.count, b.count, partners.length]).toEqual([32, 32, 32]);
    const nameOf = (path: string) => path.split("/").at(-1);
    for (let index = 0; index < a.count; index++) {
      expect(nameOf(b.describe(partners[index] as number))).toBe(nameOf(a.describe(index)));
      expect(b.label?.(partners[index] as number)).toBe(a.label?.(index));
    }
    expect(new Set(Array.from(partners)).size).toBe(32);
    expect(Array.from(partners)).not.toEqual([...Array(32).keys()]);
  });

  it("lays transparency on white, or on what is asked for", async () => {
    const { a, b } = await openDomains("noto-twemoji", options);
    const rows = await Promise.all([a.read(0), b.read(0)]);
    const corners = rows.map(({ pixels }) => [...pixels.subarray(0, 3), ...pixels.subarray(9, 12)]);
    expect(corners).toEqual([
      [255, 255, 255, 255, 0, 0],
      [255, 255, 255, 0, 0, 255],
    ]);
    const black = await openDataset("noto", { ...options, background: "black" });
    expect([...(await black.read(0)).pixels.subarray(0, 3)]).toEqual([0, 0, 0]);
    const [first, second] = await Promise.all([a.computeFingerprint?.(), black.computeFingerprint?.()]);
    expect(first?.source).not.toBe(second?.source);
  });

  it("labels with categories and leaves skin tones out on demand", async () => {
    const all = await openDataset("noto", options);
    expect(all.classNames).toEqual(["Activities", "People & Body", "Symbols"]);
    expect([all.count, all.label?.(0), all.label?.(1), all.label?.(31)]).toEqual([33, 2, 0, 1]);
    expect((await openDataset("twemoji", { ...options, skinTones: false })).count).toBe(31);
  });

  it("says which of the two packages is absent", async () => {
    const only = join(folder, "only");
    writeFiles(join(only, "emoji-datasource-google"), {
      "package.json": manifest("emoji-datasource-google"),
    });
    await expect(openDomains("noto-twemoji", { packageFolders: [only] })).rejects.toThrow(
      /noto-twemoji needs the npm package emoji-datasource-twitter, which is not.*npm install emoji-datasource-twitter@16\.0\.0$/,
    );
  });
});
