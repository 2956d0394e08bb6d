import type { TensorRecord } from "../data/index.js";
import type { Variant } from "../train/index.js";
import type { Adversary } from "./adversary.js";

/** What adversaries need of a variant besides phases. */
export type AdversaryHooks = Required<Pick<Variant, "observe" | "scalars" | "state">>;

/**
 * The scalars, the state and the ears of all of a variant's adversaries, which must differ in name. Spread it
 * into the variant; without it, noise does not fade and adaptive augmentation never starts.
 */
export function joinAdversaries<Given extends TensorRecord>(
  ...adversaries: readonly Adversary<Given>[]
): AdversaryHooks {
  return {
    state: Object.assign({}, ...adversaries.map(({ state }) => state)),
    scalars: (progress) => Object.assign({}, ...adversaries.map((adversary) => adversary.scalars(progress))),
    observe(reports, progress) {
      for (const adversary of adversaries) adversary.observe(reports, progress);
    },
  };
}
