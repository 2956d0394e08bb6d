export * from "@gan/core/node";
export { datasetNames, loadMnist, openDataset } from "@gan/datasets";
export { loadExample } from "./node/load-example.js";
