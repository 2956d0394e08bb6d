export * from "@gan/core/node";
export { datasetNames, openDataset } from "@gan/datasets";
export { loadProgan } from "./node/load-progan.js";
