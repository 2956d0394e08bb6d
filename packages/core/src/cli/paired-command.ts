import { computeTranslationQuality } from "../metrics/index.js";
import { type CollectSourceOptions, openPictures } from "./measured-source.js";
import { createPictureBars } from "./metrics-options.js";
import { parseWhole } from "./parse-whole.js";
import { readPairs } from "./read-pairs.js";

/** Flags of `metrics paired`. */
export interface PairedFlags {
  count?: string;
  seed: string;
  json?: boolean;
}

const pairsAtOnce = 8;

/** How each figure is printed. */
const figures = {
  l1: { label: "L1", unit: "of the range" },
  psnr: { label: "PSNR", unit: "dB" },
  ssim: { label: "SSIM", unit: "" },
  msSsim: { label: "MS-SSIM", unit: "" },
} as const;
type Figure = keyof typeof figures;

/** Prints how near pictures come, pixel by pixel, to what they should be: means over the pairs of two sources. */
export async function runPaired(
  sources: readonly [real: string, fake: string],
  flags: PairedFlags,
  opening: Pick<CollectSourceOptions, "load" | "openRun">,
): Promise<void> {
  const seed = parseWhole("--seed", flags.seed, 0);
  const count = flags.count === undefined ? undefined : parseWhole("--count", flags.count, 1);
  const open = (source: string) => openPictures(source, { ...opening, count, seed, strict: true });
  const [real, fake] = [await open(sources[0]), await open(sources[1])];
  const bars = createPictureBars();
  const sums = new Map<Figure, number>();
  let pairs = 0;
  try {
    for await (const batch of readPairs("paired", real.pictures, fake.pictures, pairsAtOnce)) {
      const quality = await computeTranslationQuality(batch.fake, batch.real);
      for (const name of Object.keys(figures) as Figure[]) {
        // NaN, from pictures without the figure, spreads.
        sums.set(name, (sums.get(name) ?? 0) + (quality[name] ?? Number.NaN) * quality.pairs);
      }
      pairs += quality.pairs;
      bars.show("compared", pairs, real.pictures.count);
    }
  } finally {
    bars.stop();
    await Promise.all([real.close(), fake.close()]);
  }
  const means = [...sums]
    .map(([name, sum]) => [name, sum / pairs] as const)
    .filter(([, mean]) => !Number.isNaN(mean));
  if (flags.json) {
    console.log(JSON.stringify({ ...Object.fromEntries(means), pairs, seed }));
    return;
  }
  for (const [name, mean] of means) {
    const { label, unit } = figures[name];
    console.log(`${label.padEnd(16)}${mean.toPrecision(6)} ${unit}`.trimEnd());
  }
  console.log(`${"pictures".padEnd(16)}${pairs.toLocaleString("en")} pairs`);
}
