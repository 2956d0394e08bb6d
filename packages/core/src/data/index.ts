export type { BatchSource, ImageBatch, TensorRecord } from "./batch-source.js";
export { type IdxArray, parseIdx } from "./idx.js";
export { type ImageBatchesOptions, imageBatches } from "./image-batches.js";
export { createImageStore, type ImageStore } from "./image-store.js";
export { composePixelGrid, type FloatImages, type PixelImage } from "./pixel-grid.js";
