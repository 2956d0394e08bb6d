import type { SuiteOptions } from "./options.js";
import type { BenchReport, Conditions } from "./rows.js";

/**
 * What of an older report stays: of a run that measures a part of the variants the others, of a full run that was
 * interrupted what the same commit has measured with all that is asked for now; nothing of another machine or kind.
 *
 * @param all How many variants there are.
 */
export function findKept(
  found: BenchReport | undefined,
  { isFull, variants, parts, backends }: Pick<SuiteOptions, "isFull" | "variants" | "parts" | "backends">,
  { commit, processor }: Pick<Conditions, "commit" | "processor">,
  all: number,
): BenchReport | undefined {
  if (found === undefined || found.isSmoke === isFull || found.conditions.processor !== processor)
    return undefined;
  const isPart = variants.length < all;
  const isWhole = (name: string) => {
    const rows = found.rows.filter((row) => row.variant === name);
    return (
      rows.length >= backends.length &&
      rows.every((row) => row.problem === undefined && row.commit === commit) &&
      (!parts.includes("throughput") || rows.every((row) => row.imagesPerSecond !== undefined)) &&
      // The first backend alone trains.
      (!parts.includes("training") || rows[0]?.dataHash !== undefined) &&
      (!parts.includes("scaling") || found.scaling.some((row) => row.variant === name))
    );
  };
  const rows = found.rows.filter(
    ({ variant }) => (isPart && !variants.includes(variant)) || (isFull && isWhole(variant)),
  );
  const scaling = found.scaling.filter(({ variant }) => rows.some((row) => row.variant === variant));
  return rows.length === 0 ? undefined : { ...found, rows, scaling };
}
