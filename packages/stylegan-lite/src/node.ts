export * from "@gan/core/node";
export { datasetNames, openDataset } from "@gan/datasets";
