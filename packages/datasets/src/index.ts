export { loadMnist, type MnistSplit } from "./mnist.js";
export { datasetNames, openDataset } from "./open-dataset.js";
