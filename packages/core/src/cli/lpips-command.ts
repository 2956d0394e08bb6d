import { type Tensor4D, tensor4d } from "@tensorflow/tfjs-core";
import type { PixelImage } from "../data/index.js";
import { ShapeError } from "../errors/index.js";
import {
  computePerceptualDistance,
  computePerceptualDiversity,
  type PerceptualNetwork,
  type PictureSource,
} from "../metrics/index.js";
import { loadPerceptualNetwork, startBackend } from "../node/index.js";
import { Random } from "../random/index.js";
import { type CollectSourceOptions, openPictures } from "./measured-source.js";
import { createPictureBars } from "./metrics-options.js";
import { parseWhole } from "./parse-whole.js";
import { readPairs } from "./read-pairs.js";

/** Flags of `metrics lpips`. */
export interface LpipsFlags {
  network: string;
  backbone?: string;
  linear?: string;
  diversity?: string;
  count?: string;
  seed: string;
  json?: boolean;
}

/** Pairs at once. */
const pairsAtOnce = 8;

/**
 * Prints the mean LPIPS of pairs, the pictures of two sources in their order; with `--diversity` also that
 * of random pairs of generated ones.
 */
export async function runLpips(
  sources: readonly [real: string, fake: string],
  flags: LpipsFlags,
  opening: Pick<CollectSourceOptions, "load" | "openRun">,
): Promise<void> {
  const seed = parseWhole("--seed", flags.seed, 0);
  const count = flags.count === undefined ? undefined : parseWhole("--count", flags.count, 1);
  const pairs = flags.diversity === undefined ? 0 : parseWhole("--diversity", flags.diversity, 1);
  await startBackend(undefined, { onFault: console.error });
  const { backbone, linear } = flags;
  const network = await loadPerceptualNetwork(flags.network, { backbone, linear });
  const open = (source: string) => openPictures(source, { ...opening, count, seed, strict: true });
  const [real, fake] = [await open(sources[0]), await open(sources[1])];
  try {
    const distances = await comparePairs(network, real.pictures, fake.pictures);
    const mean = distances.reduce((sum, value) => sum + value, 0) / distances.length;
    const diversity =
      pairs === 0 ? undefined : await measureDiversity(network, fake.pictures, pairs, new Random(seed));
    const result = {
      lpips: mean,
      ...(diversity !== undefined && { lpipsDiversity: diversity }),
      network: { name: network.name, weightsHash: network.weightsHash },
      pairs: distances.length,
      seed,
    };
    if (flags.json) {
      console.log(JSON.stringify(result));
      return;
    }
    console.log(`LPIPS           ${mean.toPrecision(6)} (${network.name}, ${distances.length} pairs)`);
    if (diversity !== undefined) console.log(`diversity       ${diversity.toPrecision(6)} (${pairs} pairs)`);
  } finally {
    network.dispose();
    await Promise.all([real.close(), fake.close()]);
  }
}

async function comparePairs(
  network: PerceptualNetwork,
  real: PictureSource,
  fake: PictureSource,
): Promise<number[]> {
  const bars = createPictureBars();
  const distances: number[] = [];
  try {
    for await (const { real: pictures, fake: partners } of readPairs("LPIPS", real, fake, pairsAtOnce)) {
      const isUniform = [...pictures, ...partners].every((picture) => isAlike(picture, pictures[0]));
      const size = isUniform ? pictures.length : 1;
      for (let first = 0; first < pictures.length; first += size) {
        const [one, other] = [pictures, partners].map((list) =>
          toTensor(list.slice(first, first + size)),
        ) as [Tensor4D, Tensor4D];
        const values = computePerceptualDistance(network, one, other);
        distances.push(...(await values.data()));
        for (const tensor of [one, other, values]) tensor.dispose();
      }
      bars.show("compared", distances.length, real.count);
    }
  } finally {
    bars.stop();
  }
  return distances;
}

async function measureDiversity(
  network: PerceptualNetwork,
  source: PictureSource,
  pairs: number,
  random: Random,
): Promise<number> {
  const pictures: PixelImage[] = [];
  for await (const batch of source.batches(pairsAtOnce)) pictures.push(...batch);
  const take = async (rows: readonly number[]) => toTensor(rows.map((row) => pictures[row] as PixelImage));
  const diversity = await computePerceptualDiversity(network, pictures.length, take, { pairs, random });
  return diversity.mean;
}

const isAlike = (one: PixelImage, other: PixelImage | undefined) =>
  one.height === other?.height && one.width === other.width && one.channels === other.channels;

/** [pictures, height, width, channels] in [-1, 1]. */
function toTensor(pictures: readonly PixelImage[]): Tensor4D {
  const [first] = pictures;
  const odd = pictures.find((picture) => !isAlike(picture, first));
  if (first === undefined || odd !== undefined) {
    throw new ShapeError("core", "pictures whose diversity is measured must have one size. Resize them.");
  }
  const { height, width, channels } = first;
  const size = height * width * channels;
  const values = new Float32Array(pictures.length * size);
  pictures.forEach(({ pixels }, index) => {
    for (let offset = 0; offset < size; offset++) {
      values[index * size + offset] = (pixels[offset] as number) / 127.5 - 1;
    }
  });
  return tensor4d(values, [pictures.length, height, width, channels]);
}
