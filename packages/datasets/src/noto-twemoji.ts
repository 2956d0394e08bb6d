import { join } from "node:path";
import { type ImageSet, Random } from "@gan/core";
import { hasSkinTone, isHeldOut } from "./emoji-sequence.js";
import { type FoundPackage, type PicturePackage, requirePackages } from "./find-package.js";
import type { DatasetOptions } from "./options.js";
import { createFileSet } from "./picture-set.js";
import { readJsonFile } from "./read-json.js";

/** The two artists' packages. */
export const emojiPackages = {
  google: { name: "emoji-datasource-google", version: "16.0.0" },
  twitter: { name: "emoji-datasource-twitter", version: "16.0.0" },
} satisfies Record<string, PicturePackage>;

type Artist = keyof typeof emojiPackages;

interface EmojiPicture {
  unified: string;
  image: string;
  has_img_google: boolean;
  has_img_twitter: boolean;
}

interface EmojiEntry extends EmojiPicture {
  category: string;
  skin_variations?: Record<string, EmojiPicture>;
}

interface LabelledEmoji extends EmojiPicture {
  label: number;
}

/** Two domains that nothing pairs in training. */
export interface EmojiDomains {
  /** Noto. */
  a: ImageSet;
  /** Twemoji, in an order of its own. */
  b: ImageSet;
  /** For each picture of `a`, the index in `b` of the same emoji: to score a translation, never to train. */
  partners: Uint32Array;
}

/**
 * Emoji by two artists, Noto and Twemoji, 64×64: two domains with a hidden pairing. Labels are Unicode's
 * categories.
 *
 * @param options `split`, `skinTones`, `background` and `packageFolders`.
 * @throws DataError when a package is not installed or its list cannot be read.
 */
export async function openNotoTwemoji(options: DatasetOptions = {}): Promise<EmojiDomains> {
  const artists = ["google", "twitter"] as const;
  const { found, emoji, classNames } = await listEmoji("noto-twemoji", artists, options);
  const order = new Random(0).fork("noto-twemoji").permutation(emoji.length);
  const shuffled = Array.from(order, (index) => emoji[index] as LabelledEmoji);
  const partners = new Uint32Array(emoji.length);
  for (let position = 0; position < order.length; position++) partners[order[position] as number] = position;
  return {
    a: openArtist("google", found[0] as FoundPackage, emoji, classNames, options),
    b: openArtist("twitter", found[1] as FoundPackage, shuffled, classNames, options),
    partners,
  };
}

/**
 * Emoji by one artist, 64×64, labelled with Unicode's categories.
 *
 * @param options `split`, `skinTones`, `background` and `packageFolders`.
 * @throws DataError when the package is not installed or its list cannot be read.
 */
export async function openEmoji(artist: Artist, options: DatasetOptions = {}): Promise<ImageSet> {
  const dataset = artist === "google" ? "noto" : "twemoji";
  const { found, emoji, classNames } = await listEmoji(dataset, [artist], options);
  return openArtist(artist, found[0] as FoundPackage, emoji, classNames, options);
}

/** The emoji that every one of the artists drew. */
async function listEmoji(dataset: string, artists: readonly Artist[], options: DatasetOptions) {
  const { split = "train", skinTones = true, packageFolders } = options;
  const packages = artists.map((artist) => emojiPackages[artist]);
  const found = requirePackages(dataset, packages, packageFolders);
  const path = join(found[0]?.folder as string, "emoji.json");
  const entries = (await readJsonFile(path, packages[0] as PicturePackage)) as EmojiEntry[];
  const classNames = [...new Set(entries.map(({ category }) => category))].sort();
  const emoji = entries.flatMap((entry): LabelledEmoji[] => {
    const label = classNames.indexOf(entry.category);
    return [entry, ...Object.values(entry.skin_variations ?? {})].map((picture) => ({ ...picture, label }));
  });
  const kept = emoji.filter(
    (one) =>
      artists.every((artist) => one[`has_img_${artist}`]) &&
      (skinTones || !hasSkinTone(one.unified)) &&
      (split === "all" || isHeldOut(one.unified) === (split === "test")),
  );
  return { found, emoji: kept, classNames };
}

function openArtist(
  artist: Artist,
  { folder, version }: FoundPackage,
  emoji: readonly LabelledEmoji[],
  classNames: readonly string[],
  { background = "white", split, skinTones }: DatasetOptions,
): ImageSet {
  return createFileSet({
    name: artist === "google" ? "Noto" : "Twemoji",
    paths: emoji.map(({ image }) => join(folder, "img", artist, "64", image)),
    labels: emoji.map(({ label }) => label),
    classNames,
    background,
    facts: [version, split, skinTones],
  });
}
