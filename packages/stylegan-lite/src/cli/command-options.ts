import { extname } from "node:path";
import { ConfigError, type FloatImages } from "@gan/core";
import { type CommandOption, parseTruncation, parseWhole } from "@gan/core/cli";
import type { Tensor4D } from "@tensorflow/tfjs-core";

/** Flags that turn seeds into styles. */
export interface SourceFlags {
  truncation: string;
  class?: string;
}

export const sourceOptions: readonly CommandOption[] = [
  {
    flags: "--truncation <share>",
    description: "how far styles are from their mean: less is more typical, less varied",
    default: "1",
  },
  { flags: "--class <number>", description: "the class of all pictures, where the model knows classes" },
];

/** @throws ConfigError when a flag is no number of its range. */
export const parseSourceFlags = ({ truncation, class: label }: SourceFlags) => ({
  truncation: parseTruncation(truncation),
  label: label === undefined ? undefined : parseWhole("--class", label, 0),
});

/** Flags of every table. */
export interface TableFlags {
  out: string;
  scale?: string;
}

export const tableOptions: readonly CommandOption[] = [
  { flags: "--out <picture>", description: "the table: .png, .webp or .jpg", required: true },
  {
    flags: "--scale <number>",
    description: "pixels of the table for each of a picture's; default: as many as make 64",
  },
];

const pictureEndings = [".png", ".webp", ".jpg", ".jpeg"];

/** @throws ConfigError when the scale is no whole number, or the name is none of a picture. */
export function parseTableFlags({ out, scale }: TableFlags): { scale: number | undefined } {
  checkPictureName(out);
  return { scale: scale === undefined ? undefined : parseWhole("--scale", scale, 1) };
}

/** @throws ConfigError when a picture cannot be written under such a name. */
export function checkPictureName(path: string): void {
  if (pictureEndings.includes(extname(path).toLowerCase())) return;
  throw new ConfigError("stylegan-lite", `--out must end in ${pictureEndings.join(", ")}, got ${path}.`);
}

/** Pictures on the host; disposes the tensor. */
export async function takeImages(images: Tensor4D): Promise<FloatImages> {
  const values = (await images.data<"float32">()).slice();
  images.dispose();
  return { shape: images.shape, values };
}
