export {
  type AdversarialLoss,
  type AdversarialLossName,
  type AdversarialLossOptions,
  adversarialLossNames,
  allowsLabelSmoothing,
  createAdversarialLoss,
} from "./adversarial-loss.js";
export { discriminatorLogisticLoss, generatorNonSaturatingLoss } from "./non-saturating.js";
export {
  type Critic,
  driftPenalty,
  featureMatchingLoss,
  gradientPenalty,
  zeroCentredPenalty,
} from "./penalties.js";
export {
  computeProbabilities,
  type JudgementOptions,
  neutralScore,
  reportJudgements,
} from "./report-judgements.js";
