export { adaAugment } from "./ada.js";
export { AdaptiveProbability, type AdaptiveProbabilityOptions } from "./adaptive-probability.js";
export { type DiffAugmentPolicy, diffAugment, diffAugmentPolicies } from "./diff-augment.js";
