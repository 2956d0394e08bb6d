export * from "@gan/core/node";
export { datasets, openPairs } from "@gan/datasets";
export {
  type EvaluatePairsOptions,
  evaluatePairs,
  type TranslatedPairs,
  translatePairs,
} from "./node/evaluate-pairs.js";
export { loadPix2Pix } from "./node/load-pix2pix.js";
export { type OpenPairDataOptions, openPairData, openPart } from "./node/open-pair-data.js";
