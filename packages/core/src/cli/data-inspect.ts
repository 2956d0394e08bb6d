import type { ImageSet } from "../data/index.js";
import { GanError } from "../errors/index.js";
import { writePicture } from "../node/index.js";
import { composeContactSheet } from "./contact-sheet.js";
import { createCountBar } from "./count-bar.js";
import { openSource, partsOf, requirePositive } from "./data-source.js";
import type { DatasetRegistry } from "./dataset-registry.js";

/** Flags of `data inspect`. */
export interface InspectFlags {
  out?: string;
  imageSize: number;
  background?: string;
  labels?: string;
  limit?: number;
  json?: boolean;
}

/** What was seen of a set. */
export interface Inspection {
  name: string;
  pictures: number;
  /** Pictures that were looked at. */
  inspected: number;
  /** Pictures by size, `height×width`, the most frequent first. */
  sizes: Record<string, number>;
  /** Pictures by their number of channels. */
  channels: Record<string, number>;
  /** Pictures by class. Absent without labels. */
  labels?: Record<string, number>;
  skipped: number;
  /** Reasons of the first that were skipped. */
  examples: string[];
}

/** Reads a set, prints what is in it and writes a contact sheet if one is wanted. */
export async function runDataInspect(
  source: string,
  load: () => Promise<DatasetRegistry>,
  flags: InspectFlags,
): Promise<void> {
  const { imageSize, background, labels, limit = Number.POSITIVE_INFINITY, out } = flags;
  requirePositive("--image-size", imageSize);
  if (flags.limit !== undefined) requirePositive("--limit", flags.limit);
  const { opened, close } = await openSource(source, load, {
    imageSize,
    ...(background !== undefined && { background }),
    ...(labels !== undefined && { labels }),
  });
  try {
    const parts: Record<string, Inspection> = {};
    for (const { part, set } of partsOf(opened)) parts[part] = await inspectSet(set, limit);
    if (out !== undefined) await writePicture(out, await composeContactSheet(opened, imageSize, background));
    const report = { kind: opened.kind, parts, ...(out !== undefined && { sheet: out }) };
    if (flags.json) console.log(JSON.stringify(report, null, 2));
    else {
      for (const inspection of Object.values(parts)) console.log(describe(inspection));
      if (out !== undefined) console.log(`Contact sheet: ${out}`);
    }
  } finally {
    await close();
  }
}

const picturesAtOnce = 32;
const mostExamples = 10;

/** Reads up to `limit` pictures and counts what they are. */
export async function inspectSet(set: ImageSet, limit: number): Promise<Inspection> {
  const inspected = Math.min(set.count, limit);
  const sizes = new Map<string, number>();
  const channels = new Map<string, number>();
  const labels = new Map<string, number>((set.classNames ?? []).map((name) => [name, 0]));
  const examples: string[] = [];
  let skipped = 0;
  const bar = createCountBar(process.stderr, `pictures of ${set.name}`);
  async function inspect(index: number): Promise<void> {
    try {
      const picture = await set.read(index);
      increment(sizes, `${picture.height}×${picture.width}`);
      increment(channels, String(picture.channels));
      const label = set.label?.(index);
      if (label !== undefined) increment(labels, set.classNames?.[label] ?? String(label));
    } catch (error) {
      if (!GanError.isInstance(error) || error.name !== "DataError") throw error;
      skipped++;
      if (examples.length < mostExamples) examples.push(error.message);
    }
  }
  try {
    for (let first = 0; first < inspected; first += picturesAtOnce) {
      const length = Math.min(picturesAtOnce, inspected - first);
      await Promise.all(Array.from({ length }, (_, offset) => inspect(first + offset)));
      bar.show(first + length, inspected);
    }
  } finally {
    bar.stop();
  }
  return {
    name: set.name,
    pictures: set.count,
    inspected,
    sizes: Object.fromEntries([...sizes].sort(([, first], [, second]) => second - first)),
    channels: Object.fromEntries(channels),
    ...(set.label !== undefined && { labels: Object.fromEntries(labels) }),
    skipped,
    examples,
  };
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const mostSizes = 8;

function describe(inspection: Inspection): string {
  const { name, pictures, inspected, sizes, channels, labels, skipped, examples } = inspection;
  const seen = inspected === pictures ? "" : `, ${inspected} of them looked at`;
  const sizeList = Object.entries(sizes);
  const list = (entries: [string, number][]) => entries.map(([key, count]) => `${key}: ${count}`).join(", ");
  const more = sizeList.length > mostSizes ? `, and ${sizeList.length - mostSizes} more sizes` : "";
  return [
    `${name}: ${pictures} pictures${seen}, ${skipped} skipped`,
    `  sizes     ${list(sizeList.slice(0, mostSizes))}${more}`,
    `  channels  ${list(Object.entries(channels))}`,
    `  labels    ${labels === undefined ? "none" : list(Object.entries(labels))}`,
    ...examples.map((example) => `  skipped   ${example}`),
  ].join("\n");
}
