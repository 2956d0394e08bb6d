import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageSet, PictureFit } from "../data/index.js";
import { openPack, prepareImages, writePack } from "../node/index.js";
import { makeFolder } from "../node/make-folder.js";
import { createCountBar } from "./count-bar.js";
import { openSource, partsOf, requirePositive } from "./data-source.js";
import type { DatasetRegistry } from "./dataset-registry.js";

/** Flags of `data prepare`. */
export interface PrepareFlags {
  out: string;
  imageSize: number;
  channels?: "1" | "3";
  fit: PictureFit;
  background?: string;
  labels?: string;
  strict?: boolean;
  json?: boolean;
}

/** Packs a set and prints what came of it. */
export async function runDataPrepare(
  source: string,
  load: () => Promise<DatasetRegistry>,
  flags: PrepareFlags,
): Promise<void> {
  const { imageSize, background, labels, out } = flags;
  requirePositive("--image-size", imageSize);
  const { opened, close } = await openSource(source, load, {
    imageSize,
    ...(background !== undefined && { background }),
    ...(labels !== undefined && { labels }),
  });
  try {
    const parts = partsOf(opened);
    const isSingle = parts.length === 1;
    if (!isSingle) await makeFolder(out);
    const packs = [];
    for (const { part, set } of parts) {
      packs.push(await packSet(set, isSingle ? out : join(out, `${part}.pack`), flags));
    }
    if (opened.kind === "domains" && opened.partners !== undefined) {
      await writeFile(join(out, "partners.json"), `${JSON.stringify(Array.from(opened.partners))}\n`);
    }
    if (flags.json) console.log(JSON.stringify({ kind: opened.kind, packs }, null, 2));
    else for (const pack of packs) console.log(describePack(pack));
  } finally {
    await close();
  }
}

interface PackSummary {
  path: string;
  pictures: number;
  height: number;
  width: number;
  channels: number;
  skipped: number;
  examples: readonly string[];
}

async function packSet(set: ImageSet, path: string, flags: PrepareFlags): Promise<PackSummary> {
  const { imageSize, channels, fit, background, strict = false } = flags;
  const sized = await prepareImages(set, {
    height: imageSize,
    width: imageSize,
    channels: channels === undefined ? "auto" : (Number(channels) as 1 | 3),
    fit,
    strict,
    cache: false,
    ...(background !== undefined && { background }),
  });
  const bar = createCountBar(process.stderr, `pictures of ${set.name}`);
  try {
    await writePack(path, sized, {
      height: sized.height,
      width: sized.width,
      channels: sized.channels,
      strict,
      onProgress: (done, count) => bar.show(done, count),
    });
  } finally {
    bar.stop();
    await sized.close();
  }
  const pack = await openPack(path);
  const { count, height, width, skipped } = pack;
  await pack.close();
  return {
    path,
    pictures: count - skipped.count,
    height,
    width,
    channels: pack.channels,
    skipped: skipped.count,
    examples: skipped.examples,
  };
}

function describePack({ path, pictures, height, width, channels, skipped, examples }: PackSummary): string {
  const line = `${path}: ${pictures} pictures of ${height}×${width}×${channels}, ${skipped} skipped`;
  return [line, ...examples.map((example) => `  ${example}`)].join("\n");
}
