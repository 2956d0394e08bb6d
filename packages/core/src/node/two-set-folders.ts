import { readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { DataError } from "../errors/index.js";
import { listPictures } from "./list-pictures.js";

/** Which part of a folder: what to train on, or what is held out. */
export type FolderPart = "train" | "test";

/** Names of two folders that belong together, in the order in which they are looked for. */
const pairsOfNames: Readonly<Record<FolderPart, readonly (readonly [string, string])[]>> = {
  train: [
    ["trainA", "trainB"],
    ["A", "B"],
    ["input", "target"],
  ],
  test: [
    ["testA", "testB"],
    ["valA", "valB"],
  ],
};

/** Subfolders that hold the parts of a folder. */
const partNames: Readonly<Record<FolderPart, readonly string[]>> = {
  train: ["train"],
  test: ["test", "val"],
};

const isFolder = async (path: string) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/**
 * The two folders of a part: trainA and trainB, A and B, or input and target, themselves or within `train`;
 * to test, testA and testB, or the same within `test` or `val`.
 *
 * @returns Undefined where there are none.
 * @throws DataError when only one of the two is there.
 */
export async function findTwoFolders(
  folder: string,
  part: FolderPart,
): Promise<{ a: string; b: string } | undefined> {
  for (const [first, second] of pairsOfNames[part]) {
    const [a, b] = [join(folder, first), join(folder, second)];
    const [hasA, hasB] = [await isFolder(a), await isFolder(b)];
    if (hasA && hasB) return { a, b };
    if (hasA || hasB) {
      const [there, absent] = hasA ? [first, second] : [second, first];
      throw new DataError(
        "core",
        `${folder} must hold ${absent} beside ${there}, got only ${there}. Add the other side's pictures as ${join(folder, absent)}.`,
      );
    }
  }
  for (const name of partNames[part]) {
    const inner = join(folder, name);
    if (await isFolder(inner)) return findTwoFolders(inner, "train");
  }
  return undefined;
}

/**
 * The folder of a part's pictures: `train`, or `test` or `val`, where there are such. Without them the folder
 * itself is for training.
 */
export async function findPartFolder(folder: string, part: FolderPart): Promise<string | undefined> {
  for (const name of partNames[part]) {
    const inner = join(folder, name);
    if (await isFolder(inner)) return inner;
  }
  if (part === "test") return undefined;
  await readdir(folder).catch((cause: Error) => {
    throw new DataError("core", `cannot read the folder ${folder}: ${cause.message}. Check its path.`, {
      cause,
    });
  });
  return folder;
}

/** Names that a message lists before it counts the rest. */
const mostNames = 5;

/**
 * The pictures of two folders that have equal names, endings aside.
 *
 * @throws DataError naming those that have no partner.
 */
export async function matchNames(a: string, b: string): Promise<{ a: string[]; b: string[] }> {
  const trunkOf = (path: string) => path.slice(0, path.length - extname(path).length);
  const index = async (folder: string) => {
    const found = new Map<string, string>();
    for (const path of await listPictures(folder)) {
      const known = found.get(trunkOf(path));
      if (known !== undefined) {
        throw new DataError(
          "core",
          `${folder} must hold one picture of each name, got ${known} and ${path}. Remove one.`,
        );
      }
      found.set(trunkOf(path), path);
    }
    return found;
  };
  const [first, second] = [await index(a), await index(b)];
  const alone = (from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>, other: string) => {
    const names = [...from].filter(([trunk]) => !to.has(trunk)).map(([, path]) => path);
    if (names.length === 0) return [];
    const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
    return [`${basename(other)} lacks a partner of ${names.slice(0, mostNames).join(", ")}${more}`];
  };
  const problems = [...alone(first, second, b), ...alone(second, first, a)];
  if (problems.length > 0) {
    throw new DataError(
      "core",
      `${a} (${first.size} pictures) and ${b} (${second.size}) must hold pictures of equal names: ${problems.join("; ")}. Add or remove them.`,
    );
  }
  return { a: [...first.values()], b: [...first.keys()].map((trunk) => second.get(trunk) as string) };
}
