export * from "@gan/core/node";
export { datasetNames, loadMnist, openDataset } from "@gan/datasets";
export { loadDcgan } from "./node/load-dcgan.js";
