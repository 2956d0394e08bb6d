import { ConfigError } from "@gan/core";
import { countLevels, countStyles } from "../config.js";

const parts = ["coarse", "middle", "fine"] as const;

/**
 * Reads which of a picture's layers are meant: `coarse`, `middle`, `fine`, `all`, or numbers and ranges such as
 * `0-3,6`, from coarse to fine. Coarse are the styles of the first sides from 4 pixels on and middle those of as many
 * after them, two sides each from 128 pixels on, as in the paper, and one below; fine are the rest. Karras et al.
 * 2019, section 3.1.
 *
 * @param flag Named in errors.
 * @returns Layers in order, each once.
 * @throws ConfigError when the text is no such list, or names layers that the model has not.
 */
export function selectLayers(flag: string, text: string, imageSize: number): number[] {
  const count = countStyles(imageSize);
  if (text === "all") return range(0, count - 1);
  const place = parts.indexOf(text as (typeof parts)[number]);
  if (place >= 0) return selectPart(flag, place, imageSize);
  const layers = text.split(",").flatMap((part) => {
    const found = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (found === null) {
      throw new ConfigError(
        "stylegan-lite",
        `${flag} must be ${parts.join(", ")}, all, or numbers and ranges such as 0-3,6, got ${text}.`,
      );
    }
    const [first, last] = [Number(found[1]), Number(found[2] ?? found[1])];
    if (first > last) {
      throw new ConfigError("stylegan-lite", `${flag} needs ranges that go up, got ${part.trim()}.`);
    }
    if (last >= count) {
      throw new ConfigError(
        "stylegan-lite",
        `${flag}: pictures of ${imageSize} pixels are made of layers 0 to ${count - 1}, got ${part.trim()}.`,
      );
    }
    return range(first, last);
  });
  return [...new Set(layers)].sort((a, b) => a - b);
}

function selectPart(flag: string, place: number, imageSize: number): number[] {
  const levels = countLevels(imageSize);
  const each = Math.min(2, Math.floor(levels / 3)) || 1;
  const [first, last] = [2 * each * place, place === 2 ? 2 * levels - 1 : 2 * each * (place + 1) - 1];
  if (levels > 2 || place === 0) return range(first, last);
  // Two levels are coarse and fine.
  if (place === 2) return range(2, 3);
  throw new ConfigError(
    "stylegan-lite",
    `${flag}: pictures of ${imageSize} pixels have coarse and fine layers only, got middle.`,
  );
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
