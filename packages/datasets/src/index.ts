export type { AvatarStyleName } from "./avatar-styles.js";
export { loadCifar10 } from "./cifar10.js";
export { loadFashionMnist } from "./fashion-mnist.js";
export { loadMnist, type MnistSplit } from "./mnist.js";
export {
  type Datasets,
  datasetNames,
  datasets,
  openDataset,
  openDomains,
  openPairs,
} from "./open-dataset.js";
export type { DatasetOptions, DatasetSplit } from "./options.js";
