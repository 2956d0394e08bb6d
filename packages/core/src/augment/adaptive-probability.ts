import { z } from "zod";
import { CheckpointError } from "../errors/index.js";

const stateSchema = z.strictObject({
  probability: z.number().min(0).max(1),
  signs: z.number(),
  images: z.number().min(0),
  steps: z.int().min(0),
});

/** Options of {@link AdaptiveProbability}. */
export interface AdaptiveProbabilityOptions {
  /** The mean sign of real scores that is aimed at. The paper's 0.6. */
  target: number;
  /** Images in which the probability can go from 0 to 1. The paper's 500,000. */
  images: number;
}

/** Steps between two adjustments. */
const stepsBetween = 4;

/**
 * ADA's probability of augmentation: r = E[sign D(real)] near 1 tells that the discriminator knows the pictures by
 * heart, so every four steps p goes up when r is above its target and down when it is below, by the images since
 * then over `images`, within [0, 1]. Karras et al. 2020 (ADA), section 3.1. Keeps itself in checkpoints.
 */
export class AdaptiveProbability {
  readonly #options: AdaptiveProbabilityOptions;
  #state = { probability: 0, signs: 0, images: 0, steps: 0 };

  constructor(options: AdaptiveProbabilityOptions) {
    this.#options = options;
  }

  /** p, for the next step. */
  get probability(): number {
    return this.#state.probability;
  }

  /**
   * Learns of one step.
   *
   * @param sign The step's mean sign of real scores.
   * @param images Images in the step.
   */
  observe(sign: number, images: number): void {
    const state = this.#state;
    state.signs += sign;
    state.images += images;
    state.steps++;
    if (state.steps < stepsBetween) return;
    const { target, images: whole } = this.#options;
    const change = (Math.sign(state.signs / stepsBetween - target) * state.images) / whole;
    const probability = Math.min(1, Math.max(0, state.probability + change));
    this.#state = { probability, signs: 0, images: 0, steps: 0 };
  }

  /** Everything as plain JSON. */
  save(): unknown {
    return { ...this.#state };
  }

  /** @throws CheckpointError when it is not what {@link save} gives. */
  load(json: unknown): void {
    const parsed = stateSchema.safeParse(json);
    if (!parsed.success) {
      throw new CheckpointError(
        "core",
        `the saved state of adaptive augmentation is damaged: ${z.prettifyError(parsed.error)}. Go back to an earlier checkpoint.`,
      );
    }
    this.#state = parsed.data;
  }
}
