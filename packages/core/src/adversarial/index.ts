export {
  type AdversarialParts,
  type AdversarialPhasesOptions,
  createAdversarialPhases,
} from "./adversarial-phases.js";
export { Adversary, type AdversaryOptions, type Contest, type Judgement } from "./adversary.js";
export { DiscriminatorHead, type DiscriminatorHeadOptions } from "./discriminator-head.js";
export { drawLatents } from "./draw-latents.js";
export { type AdversaryHooks, joinAdversaries } from "./join-adversaries.js";
export { dependOnAll, slowDown } from "./lazy-phases.js";
export { createStabilisersSchema, type Stabilisers, type StabilisersSchemaOptions } from "./stabilisers.js";
export { unrollUpdates } from "./unroll.js";
