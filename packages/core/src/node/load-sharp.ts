import { createRequire } from "node:module";
import type Sharp from "sharp";
import { GanError } from "../errors/index.js";

let loaded: typeof Sharp | undefined;

/**
 * The picture library sharp, loaded when the first picture is touched: what touches none works without it.
 *
 * @throws GanError when it is not installed, or its binary for this platform is missing.
 */
export function loadSharp(): typeof Sharp {
  if (loaded !== undefined) return loaded;
  try {
    loaded = createRequire(import.meta.url)("sharp") as typeof Sharp;
  } catch (cause) {
    const reason = (cause as Error).message.trim().split("\n")[0]?.replace(/[.:]$/, "");
    throw new GanError(
      "core",
      `pictures need the npm package sharp with its binary for ${process.platform}-${process.arch}, which does not load (${reason}). Run: npm install --include=optional sharp`,
      { cause },
    );
  }
  return loaded;
}
