export * from "@gan/core/node";
export { datasets, openDomains } from "@gan/datasets";
export {
  type DirectionQuality,
  type EvaluateDomainsOptions,
  evaluateDomains,
} from "./node/evaluate-domains.js";
export { loadCycleGan } from "./node/load-cyclegan.js";
export {
  findPartners,
  type OpenDomainDataOptions,
  openDomainData,
  openPart,
} from "./node/open-domain-data.js";
