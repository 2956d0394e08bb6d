import { basename, extname } from "node:path";
import { ConfigError } from "@gan/core";
import { parseSeeds } from "@gan/core/cli";
import { concat, dispose, tidy } from "@tensorflow/tfjs-core";
import type { LayeredStyles } from "../layered-styles.js";
import { loadStyles } from "../node/style-files.js";
import type { StyleganLite } from "../stylegan-lite.js";
import { mapSeeds, type SeedOptions } from "../tools/render-styles.js";

/** Where styles come from: a seed, or a file of saved ones. */
export type StyleSource = { seed: number } | { file: string };

const latentEnding = ".safetensors";

/**
 * Reads a list of seeds, ranges and files: `1-4,photo.safetensors`.
 *
 * @param flag Named in errors.
 * @param files More of them.
 * @throws ConfigError when a part is neither, or nothing is named.
 */
export function parseSources(
  flag: string,
  text: string | undefined,
  files: readonly string[] = [],
): StyleSource[] {
  const parts = text?.split(",") ?? [];
  const listed = parts.flatMap((part): StyleSource[] =>
    part.endsWith(latentEnding) ? [{ file: part }] : parseSeeds(flag, part).map((seed) => ({ seed })),
  );
  const sources = [...listed, ...files.map((file) => ({ file }))];
  if (sources.length > 0) return sources;
  throw new ConfigError("stylegan-lite", `${flag} must name seeds such as 1-4,20, got none.`);
}

/**
 * The styles of sources and what to call each.
 *
 * @returns styles [count, styleCount, styleSize], owned by the caller.
 */
export async function openSources(
  variant: StyleganLite,
  sources: readonly StyleSource[],
  options: SeedOptions,
): Promise<{ styles: LayeredStyles; names: string[] }> {
  const { truncation = 1 } = options;
  const parts: LayeredStyles[] = [];
  const names: string[] = [];
  for (const source of sources) {
    if ("seed" in source) {
      parts.push(mapSeeds(variant, [source.seed], options));
      names.push(String(source.seed));
      continue;
    }
    const saved = await loadStyles(source.file, variant);
    const name = basename(source.file, extname(source.file));
    const [count] = saved.shape;
    names.push(...(count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name} ${index}`)));
    const { mapping } = variant.averages.generator.module;
    const truncated = tidy(() => mapping.truncate(saved, truncation));
    if (truncated !== saved) saved.dispose();
    parts.push(truncated);
  }
  const styles = concat(parts, 0);
  dispose(parts);
  return { styles, names };
}
