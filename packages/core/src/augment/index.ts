export { type DiffAugmentPolicy, diffAugment, diffAugmentPolicies } from "./diff-augment.js";
