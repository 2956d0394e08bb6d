import { multiplyDoubles } from "@gan/backend-ort";
import {
  collectFeatures,
  computeFrechetDistance,
  computeKernelDistance,
  computeStatistics,
  createPictureSource,
  type FeatureMatrix,
  Random,
} from "@gan/core";
import { loadExtractor } from "@gan/core/node";
import { openDataset } from "@gan/datasets";

/** What metrics say of real pictures against other real ones, by how many they are given. */
export interface SampleSizePoint {
  count: number;
  fid: number;
  kid: number;
}

const options = { multiply: multiplyDoubles };

/** MNIST's training digits against its test digits, in the features of core's digit classifier. */
export async function measureSampleSizes(counts: readonly number[]): Promise<SampleSizePoint[]> {
  const extractor = await loadExtractor("mnist-classifier");
  const collect = async (name: string) => {
    const source = createPictureSource(await openDataset(name), {
      random: new Random(1),
      limit: counts.at(-1),
    });
    const { features } = await collectFeatures(source, extractor, { ...options, random: new Random(1) });
    return shuffle(features as FeatureMatrix);
  };
  const [one, other] = [await collect("mnist"), await collect("mnist-test")];
  extractor.dispose();
  return counts.map((count) => {
    const [real, fake] = [take(one, count), take(other, count)];
    const statistics = [computeStatistics(real, options), computeStatistics(fake, options)] as const;
    const { mean: kid } = computeKernelDistance(real, fake, { ...options, subsets: 20 });
    return { count, fid: computeFrechetDistance(...statistics, options), kid };
  });
}

/** The first rows. */
const take = ({ values, size }: FeatureMatrix, count: number): FeatureMatrix => ({
  values: values.slice(0, count * size),
  count,
  size,
});

/** Rows in another order, so that the first ones are of all kinds. */
function shuffle({ values, count, size }: FeatureMatrix): FeatureMatrix {
  const shuffled = new Float32Array(values.length);
  for (const [place, row] of new Random(2).permutation(count).entries()) {
    shuffled.set(values.slice(row * size, (row + 1) * size), place * size);
  }
  return { values: shuffled, count, size };
}
