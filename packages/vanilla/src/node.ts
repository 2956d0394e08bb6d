export * from "@gan/core/node";
export { datasetNames, loadMnist, openDataset } from "@gan/datasets";
export { loadVanilla } from "./node/load-vanilla.js";
