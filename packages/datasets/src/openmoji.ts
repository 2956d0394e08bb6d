import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, type ImageSet } from "@gan/core";
import { isHeldOut } from "./emoji-sequence.js";
import { type PicturePackage, requirePackages } from "./find-package.js";
import { excludedOpenmoji } from "./openmoji-excluded.js";
import type { DatasetOptions } from "./options.js";
import { createPictureSet } from "./picture-set.js";
import { readJsonFile } from "./read-json.js";

/** The package that holds OpenMoji's drawings. */
export const openmojiPackage: PicturePackage = { name: "openmoji", version: "17.0.0" };

/** Width and height of every drawing in its own units. */
const unitSize = 72;

/** Groups without pictures of their own: swatches of skin and hair, and rectangles of colour. */
const leftOut = ["component", "flags"];

interface OpenmojiEntry {
  hexcode: string;
  group: string;
  subgroups: string;
  skintone: string | number;
}

/** Line art and the same drawing in colour, aligned to the pixel. */
export interface OpenmojiPairs {
  /** Black lines on the background. */
  input: ImageSet;
  target: ImageSet;
}

/**
 * OpenMoji's drawings as pairs: black line art → colour. Skin tones, flags and components are left out,
 * and so are pairs that teach nothing: the lines already show all of it, or another pair is nearly the
 * same, as among clock faces. Labels are OpenMoji's groups.
 *
 * @param options `imageSize` (default 64), `split`, `background` and `packageFolders`.
 * @throws DataError when the package is not installed or its list cannot be read.
 */
export async function openOpenmojiPairs(options: DatasetOptions = {}): Promise<OpenmojiPairs> {
  const { folder, version, entries } = await listOpenmoji(options.packageFolders);
  const { split = "train" } = options;
  const excluded = new Set(excludedOpenmoji);
  const kept = entries.filter(
    ({ hexcode }) => !excluded.has(hexcode) && (split === "all" || isHeldOut(hexcode) === (split === "test")),
  );
  return drawPairs(folder, kept, options, [version, split]);
}

/** Every entry with line art of its own, pairs that teach nothing included. */
export async function openAllOpenmojiPairs(
  options: DatasetOptions = {},
): Promise<OpenmojiPairs & { hexcodes: string[] }> {
  const { folder, version, entries } = await listOpenmoji(options.packageFolders);
  return {
    ...drawPairs(folder, entries, options, [version]),
    hexcodes: entries.map(({ hexcode }) => hexcode),
  };
}

async function listOpenmoji(packageFolders?: readonly string[]) {
  const [found] = requirePackages("openmoji-pairs", [openmojiPackage], packageFolders);
  const folder = found?.folder as string;
  const path = join(folder, "data", "openmoji.json");
  const list = (await readJsonFile(path, openmojiPackage)) as OpenmojiEntry[];
  const entries = list.filter(
    ({ group, subgroups, skintone }) =>
      skintone === "" && !leftOut.includes(group) && !subgroups.includes("flag"),
  );
  if (entries.length === 0) {
    throw new DataError("datasets", `${path} lists no drawings. Install openmoji@17.0.0 again.`);
  }
  return { folder, version: found?.version, entries };
}

function drawPairs(
  folder: string,
  entries: readonly OpenmojiEntry[],
  options: DatasetOptions,
  facts: readonly unknown[],
): OpenmojiPairs {
  const { imageSize = 64, background = "white" } = options;
  const classNames = [...new Set(entries.map(({ group }) => group))].sort();
  const labels = entries.map(({ group }) => classNames.indexOf(group));
  const open = (kind: "black" | "color") => {
    const pathOf = (index: number) =>
      join(folder, kind, "svg", `${(entries[index] as OpenmojiEntry).hexcode}.svg`);
    return createPictureSet({
      name: kind === "black" ? "OpenMoji (line art)" : "OpenMoji (colour)",
      count: entries.length,
      describe: pathOf,
      load: (index) => readFile(pathOf(index)),
      background,
      facts,
      drawing: { imageSize, unitSize },
      label: (index) => labels[index] as number,
      classNames,
    });
  };
  return { input: open("black"), target: open("color") };
}
