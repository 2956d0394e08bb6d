import { DataError } from "../errors/index.js";

/** How often people took generated pictures for real ones or real ones for generated. */
export interface ErrorRate {
  /** Wrong answers. */
  errors: number;
  /** Answers. */
  count: number;
  /** errors / count; one half means that nobody can tell. */
  rate: number;
  /** The rate lies between these with 95 % confidence. */
  low: number;
  /** Upper end of the interval. */
  high: number;
}

/** 97.5 % quantile of the normal distribution. */
const z = 1.959_963_984_540_054;

/**
 * The share of wrong answers with its 95 % interval by Wilson's score, which holds for few answers as well:
 * (p + z²/2n ± z√(p(1 - p)/n + z²/4n²))/(1 + z²/n). As HYPE∞ of Zhou et al. 2019, over real and generated
 * pictures alike.
 *
 * @throws DataError when there are no answers, or more errors than answers.
 */
export function computeErrorRate(errors: number, count: number): ErrorRate {
  if (
    !(Number.isInteger(errors) && Number.isInteger(count) && count >= 1 && errors >= 0 && errors <= count)
  ) {
    throw new DataError("core", `an error rate needs answers, got ${errors} errors of ${count}.`);
  }
  const rate = errors / count;
  const scale = 1 + z ** 2 / count;
  const centre = (rate + z ** 2 / (2 * count)) / scale;
  const spread = (z * Math.sqrt((rate * (1 - rate)) / count + z ** 2 / (4 * count ** 2))) / scale;
  return { errors, count, rate, low: Math.max(0, centre - spread), high: Math.min(1, centre + spread) };
}
