import { link, mkdir, symlink, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError, DataError } from "../errors/index.js";
import { imageFolder } from "./image-folder.js";
import { useFolder, writePlain } from "./pictures.test-helper.js";

const at = useFolder();

beforeAll(async () => {
  for (const folder of ["set/cats/old", "set/dogs", "set/.hidden", "empty", "flat", "bad"]) {
    await mkdir(at(folder), { recursive: true });
  }
  await writePlain(at("set/dogs/b.PNG"), "#0000ff", 4, 2);
  await writePlain(at("set/cats/a.png"), "#ff0000");
  await writePlain(at("set/cats/old/c.jpg"), "#00ff00"); // its content decides, not its name
  await writePlain(at("set/.hidden/d.png"), "#ffffff");
  await writeFile(at("set/notes.txt"), "not a picture");
  await writeFile(at("empty/notes.txt"), "not a picture");
  await writePlain(at("flat/0.png"), "#808080");
  await symlink(at("set"), at("set/dogs/round"), "dir");
});

const paths = ["cats/a.png", "cats/old/c.jpg", "dogs/b.PNG"];

describe("imageFolder", () => {
  it("lists pictures of all subfolders by path, without hidden ones and round trips", async () => {
    const set = await imageFolder(at("set"));
    expect([0, 1, 2].map((index) => set.describe(index))).toEqual(paths.map((path) => at(`set/${path}`)));
    expect(set.count).toBe(3);
    expect(set.label).toBeUndefined();
    const { width, height, pixels } = await set.read(2);
    expect([width, height, ...pixels.subarray(0, 3)]).toEqual([4, 2, 0, 0, 255]);
  });

  it("lists thousands of files in the same order wherever they lie, and reads only what it is asked for", async () => {
    for (let folder = 0; folder < 20; folder++) {
      await mkdir(at(`many/${folder}`), { recursive: true });
      for (let file = 99; file >= 0; file--) await link(at("flat/0.png"), at(`many/${folder}/${file}.png`));
    }
    const set = await imageFolder(at("many"), { labels: "folders" });
    const names = Array.from({ length: set.count }, (_, index) => set.describe(index));
    expect([set.count, set.classNames?.length]).toEqual([2000, 20]);
    expect(names).toEqual([...names].sort());
    expect((await set.read(1999)).channels).toBe(3);
  });

  it("decodes into a shape", async () => {
    const set = (await imageFolder(at("set"))).reshaped?.({ width: 2, height: 2, channels: 3 });
    expect([...((await set?.read(1))?.pixels ?? [])]).toEqual([0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0]);
    const shape = { width: 2, height: 2, channels: 3, background: "blurple" } as const;
    expect(() => set?.reshaped?.(shape)).toThrow(ConfigError);
  });

  it("names what a folder without pictures holds, and a folder that is none", async () => {
    await expect(imageFolder(at("empty"))).rejects.toThrow(/must hold pictures .*got 1 .txt/);
    await expect(imageFolder(at("bad"))).rejects.toThrow(/got nothing/);
    await expect(imageFolder(at("absent"))).rejects.toThrow(/cannot read the folder .*absent: ENOENT/);
    await expect((await imageFolder(at("set"))).read(3)).rejects.toThrow(/pictures 0 to 2, got 3/);
  });

  it("has another fingerprint when a file or a label changes, and only then", async () => {
    const read = async (labels?: string) =>
      (await imageFolder(at("flat"), labels === undefined ? {} : { labels })).computeFingerprint?.();
    await writeFile(at("one.json"), '{ "0.png": "x" }');
    await writeFile(at("other.json"), '{ "0.png": "y" }');
    const swapped = async (text: string) => {
      await writeFile(at("swap.json"), text);
      return (await imageFolder(at("set"), { labels: at("swap.json") })).computeFingerprint?.();
    };
    const names = '"cats/old/c.jpg": "x", "cats/a.png"';
    const straight = await swapped(`{ ${names}: "x", "dogs/b.PNG": "y" }`);
    expect(await swapped(`{ ${names}: "y", "dogs/b.PNG": "x" }`)).not.toEqual(straight);
    const first = await read();
    expect(await read()).toEqual(first);
    const [one, other] = [await read(at("one.json")), await read(at("other.json"))];
    await writePlain(at("flat/0.png"), "#808081", 9, 9);
    const changed = await read();
    expect(new Set([first, one, other, changed].map((text) => text?.content)).size).toBe(4);
    expect(new Set([first, one, other, changed].map((text) => text?.source)).size).toBe(1);
  });
});

describe("labels", () => {
  const read = async (labels: string) => {
    const set = await imageFolder(at("set"), { labels });
    return { names: set.classNames, labels: [0, 1, 2].map((index) => set.label?.(index)) };
  };
  const readFrom = async (name: string, text: string) => {
    await writeFile(at(name), text);
    return read(at(name));
  };

  it("come from the first folder's name", async () => {
    expect(await read("folders")).toEqual({ names: ["cats", "dogs"], labels: [0, 0, 1] });
    await expect(imageFolder(at("flat"), { labels: "folders" })).rejects.toThrow(
      /0.png has no label: .*subfolder/,
    );
  });

  it("come from a CSV file, quoted or not, with a heading or not", async () => {
    const lines = [
      "path,label",
      "cats/a.png, red",
      '"cats/old/c.jpg","light, green"',
      "dogs\\b.PNG,blue",
      "",
    ];
    const expected = { names: ["blue", "light, green", "red"], labels: [2, 1, 0] };
    expect(await readFrom("labels.csv", lines.join("\r\n"))).toEqual(expected);
    expect(await readFrom("labels.csv", lines.slice(1).join("\n"))).toEqual(expected);
  });

  it("come from a JSON file of either form, numbers in the order of their values", async () => {
    const entries = paths.map((path, index) => [path, [10, 9, 10][index]]);
    const expected = { names: ["9", "10"], labels: [1, 0, 1] };
    expect(await readFrom("labels.json", JSON.stringify(Object.fromEntries(entries)))).toEqual(expected);
    expect(await readFrom("labels.json", JSON.stringify({ labels: entries }))).toEqual(expected);
  });

  it.each([
    ["a missing label", "x.csv", "cats/a.png,red\ndogs/b.PNG,blue", /no label for cats\/old\/c.jpg\./],
    ["two labels", "x.csv", "cats/a.png,red\ncats/a.png,blue", /two labels, red and blue/],
    ["a line without label", "x.csv", "cats/a.png", /path and a label are needed, got \["cats\/a.png"\]/],
    ["lines of unequal length", "x.csv", "a.png,red\nb.png", /cannot read labels/],
    ["an open quote", "x.csv", 'a.png,"red', /cannot read labels/],
    ["broken JSON", "x.json", "{", /cannot read labels/],
    ["JSON of another form", "x.json", '{ "a.png": [1] }', /path and a label are needed/],
    ["null", "x.json", "null", /holds no object/],
  ])("refuse %s", async (_, name, text, message) => {
    await expect(readFrom(name, text)).rejects.toThrow(DataError);
    await expect(readFrom(name, text)).rejects.toThrow(message);
  });

  it("refuse a file that is not there", async () => {
    await expect(read(at("absent.csv"))).rejects.toThrow(/cannot read labels from .*absent.csv: ENOENT/);
  });
});
