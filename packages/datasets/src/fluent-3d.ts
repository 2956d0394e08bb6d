import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DataError, type ImageSet } from "@gan/core";
import { hasSkinTone, isHeldOut } from "./emoji-sequence.js";
import { type PicturePackage, requirePackages } from "./find-package.js";
import type { DatasetOptions } from "./options.js";
import { createFileSet } from "./picture-set.js";

/** The package that holds Fluent's emoji as modelled in three dimensions. */
export const fluentPackage: PicturePackage = { name: "@lobehub/fluent-emoji-3d", version: "1.1.0" };

/**
 * Microsoft's Fluent emoji in 3D, 256×256 WebP, without labels.
 *
 * @param options `split`, `skinTones`, `background` and `packageFolders`.
 * @throws DataError when the package is not installed or holds no pictures.
 */
export async function openFluent3d(options: DatasetOptions = {}): Promise<ImageSet> {
  const { split = "train", skinTones = true, background = "white", packageFolders } = options;
  const [found] = requirePackages("fluent-3d", [fluentPackage], packageFolders);
  const folder = join(found?.folder as string, "assets");
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => name.endsWith(".webp")).sort();
  } catch (cause) {
    throw new DataError("datasets", `cannot read ${folder}. Install @lobehub/fluent-emoji-3d@1.1.0 again.`, {
      cause,
    });
  }
  const kept = names.filter((name) => {
    const sequence = name.slice(0, -".webp".length);
    return (
      (skinTones || !hasSkinTone(sequence)) && (split === "all" || isHeldOut(sequence) === (split === "test"))
    );
  });
  return createFileSet({
    name: "Fluent 3D",
    paths: kept.map((name) => join(folder, name)),
    background,
    facts: [found?.version, split, skinTones],
  });
}
