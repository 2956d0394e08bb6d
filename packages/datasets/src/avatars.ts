import { DataError, type ImageSet } from "@gan/core";
import { type AvatarStyle, type AvatarStyleName, avatarStyles } from "./avatar-styles.js";
import { importPackage, type PicturePackage, requirePackages } from "./find-package.js";
import type { DatasetOptions } from "./options.js";
import { createPictureSet } from "./picture-set.js";

/** The packages that draw avatars. */
export const avatarPackages: readonly PicturePackage[] = [
  { name: "@dicebear/core", version: "9.4.3" },
  { name: "@dicebear/collection", version: "9.4.3" },
];

/** Avatars unless a count is given. */
const defaultCounts = { train: 10_000, test: 1_000 };

interface SchemaProperty {
  items?: { enum?: string[] };
}

interface DiceBearStyle {
  schema: { properties: Record<string, SchemaProperty> };
}

interface Avatar {
  toString(): string;
  toJson(): { extra: Record<string, unknown> };
}

interface DiceBearCore {
  createAvatar(style: DiceBearStyle, options: Record<string, unknown>): Avatar;
}

/**
 * Avatars that DiceBear draws from seeds: the same number is always the same face, and the test part's
 * seeds are others than the training part's. Labels are the values of one of the style's options.
 *
 * @param options `imageSize` (default 64), `count`, `split`, `label`, `background` (default: one of five
 *   colours for each avatar) and `packageFolders`.
 * @throws DataError when a package is not installed, or the style has no such option.
 */
export async function openAvatars(
  styleName: AvatarStyleName,
  options: DatasetOptions = {},
): Promise<ImageSet> {
  const { imageSize = 64, split = "train", background, packageFolders } = options;
  if (split === "all") {
    throw new DataError(
      "datasets",
      "avatars are drawn to order: ask for the train or the test split and a count.",
    );
  }
  const { count = defaultCounts[split] } = options;
  const found = requirePackages("avatars", avatarPackages, packageFolders);
  const [core, collection] = (await Promise.all(found.map(importPackage))) as [
    DiceBearCore,
    Record<string, DiceBearStyle>,
  ];
  const ours: AvatarStyle = avatarStyles[styleName];
  const style = collection[ours.key];
  if (style === undefined) {
    throw new DataError(
      "datasets",
      `@dicebear/collection ${found[1]?.version} has no style ${ours.key}. Install version 9.4.3.`,
    );
  }
  const wanted = Object.entries(ours.colours).map(([option, named]) => [option, Object.values(named)]);
  const colours = Object.fromEntries(wanted);
  if (background !== undefined) colours.backgroundColor = ["transparent"];
  const create = (index: number) => {
    const seed = split === "test" ? `test-${index}` : `${index}`;
    return core.createAvatar(style, { ...colours, seed, size: imageSize });
  };
  const { classNames, labelOf } = createLabelling(styleName, ours, style, options.label ?? ours.label);
  return createPictureSet({
    name: `avatars (${styleName})`,
    count,
    describe: (index) => `avatar ${index}`,
    load: (index) => Buffer.from(create(index).toString()),
    background: background ?? "white",
    facts: [imageSize, split, options.label, ...found.map(({ version }) => version)],
    label: (index) => labelOf(create(index).toJson().extra),
    classNames,
  });
}

/** The classes of an option, and how to find an avatar's. */
function createLabelling(
  styleName: string,
  ours: AvatarStyle,
  { schema }: DiceBearStyle,
  option: string,
): { classNames: string[]; labelOf(extra: Record<string, unknown>): number } {
  const named = ours.colours[option];
  const given = option === "backgroundColor" ? "primaryBackgroundColor" : option;
  const values =
    named === undefined
      ? schema.properties[option]?.items?.enum
      : Object.values(named).map((colour) => `#${colour}`);
  if (values === undefined) {
    const possible = Object.entries(schema.properties).filter(([, { items }]) => items?.enum !== undefined);
    const names = [...new Set([...Object.keys(ours.colours), ...possible.map(([name]) => name)])];
    throw new DataError(
      "datasets",
      `the labels of ${styleName} must be one of its options ${names.join(", ")}; got ${option}.`,
    );
  }
  const sorted = named === undefined ? [...values].sort() : values;
  const isOptional = schema.properties[`${option}Probability`] !== undefined;
  const all = isOptional ? ["none", ...sorted] : sorted;
  const classNames = named === undefined ? all : Object.keys(named);
  return {
    classNames,
    labelOf(extra) {
      const label = all.indexOf((extra[given] as string | undefined) ?? "none");
      if (label < 0)
        throw new DataError("datasets", `${styleName} has an unknown ${option}: ${extra[given]}.`);
      return label;
    },
  };
}
