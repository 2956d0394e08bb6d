import { ConfigError } from "../errors/index.js";
import { Random } from "../random/index.js";
import { checkFeatures, type FeatureMatrix } from "./check-features.js";
import { computeMeanAndDeviation, type MeanAndDeviation } from "./mean-and-deviation.js";

/** Options of {@link computeInceptionScore}. */
export interface InceptionScoreOptions {
  /** Parts of which each has a score. Default 10. */
  splits?: number | undefined;
  /** Shuffles the pictures before they are split. Default: seed 0. */
  random?: Random | undefined;
  /** The order of the rows, instead of a random one: to repeat another tool's. */
  order?: ArrayLike<number> | undefined;
}

/**
 * The inception score exp(E KL(p(y|x) ‖ p(y))), mean and standard deviation over splits of the shuffled
 * pictures (Salimans et al. 2016). It looks at no real picture; from 1 to the number of classes.
 *
 * @param logits [count, classes] of generated pictures, before softmax.
 * @throws DataError for logits that are not finite, ConfigError for more splits than pictures.
 */
export function computeInceptionScore(
  logits: FeatureMatrix,
  options: InceptionScoreOptions = {},
): MeanAndDeviation {
  const { splits = 10, random = new Random(0) } = options;
  checkFeatures(logits, "generated");
  const { count } = logits;
  if (!(Number.isInteger(splits) && splits >= 1 && splits <= count)) {
    throw new ConfigError(
      "core",
      `splits must be a whole number from 1 to ${count}, the number of pictures, got ${splits}.`,
    );
  }
  const order = options.order ?? random.permutation(count);
  const scores = Array.from({ length: splits }, (_, split) => {
    const first = Math.floor((split * count) / splits);
    const end = Math.floor(((split + 1) * count) / splits);
    const rows = Array.from({ length: end - first }, (__, offset) => order[first + offset] as number);
    return Math.exp(computeMeanDivergence(logits, rows));
  });
  return computeMeanAndDeviation(scores);
}

/** E KL(p(y|x) ‖ p(y)) = E Σ p(y|x)·log p(y|x) - Σ p(y)·log p(y) over these rows. */
function computeMeanDivergence({ values, size }: FeatureMatrix, rows: readonly number[]): number {
  const marginal = new Float64Array(size);
  let negativeEntropy = 0; // mean of Σ p log p
  for (const row of rows) {
    const from = row * size;
    let largest = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < size; index++) largest = Math.max(largest, values[from + index] as number);
    let total = 0;
    for (let index = 0; index < size; index++) total += Math.exp((values[from + index] as number) - largest);
    const logTotal = Math.log(total);
    for (let index = 0; index < size; index++) {
      const logProbability = (values[from + index] as number) - largest - logTotal;
      const probability = Math.exp(logProbability);
      negativeEntropy += (probability * logProbability) / rows.length;
      (marginal[index] as number) += probability / rows.length;
    }
  }
  return marginal.reduce(
    (sum, probability) => (probability > 0 ? sum - probability * Math.log(probability) : sum),
    negativeEntropy,
  );
}
