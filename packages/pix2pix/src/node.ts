export * from "@gan/core/node";
export { datasets, openPairs } from "@gan/datasets";
export { type OpenPairDataOptions, openPairData, openPart } from "./node/open-pair-data.js";
