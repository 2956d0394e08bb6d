export * from "@gan/core/node";
export { datasetNames, openDataset } from "@gan/datasets";
export { type LoadedEncoder, loadEncoder, saveEncoder } from "./node/encoder-files.js";
export { loadStyleganLite } from "./node/load-stylegan-lite.js";
export { type OpenPictureOptions, openPicture } from "./node/open-picture.js";
export { loadDirections } from "./node/pretrained-files.js";
export { loadStyles, saveStyles } from "./node/style-files.js";
