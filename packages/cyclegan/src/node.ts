export * from "@gan/core/node";
export { datasets, openDomains } from "@gan/datasets";
export { type OpenDomainDataOptions, openDomainData, openPart } from "./node/open-domain-data.js";
