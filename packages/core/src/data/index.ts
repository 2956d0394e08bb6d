export type { Augmentation } from "./augmentation.js";
export {
  type BatchSource,
  batchesOfStage,
  type ImageBatch,
  type LabelledImageBatch,
  type PairBatch,
  type TensorRecord,
  type UnpairedBatch,
} from "./batch-source.js";
export { type Cifar10Batch, cifar10ClassNames, parseCifar10 } from "./cifar10.js";
export { findClass } from "./class-names.js";
export { composeTable, type TableOptions } from "./compose-table.js";
export {
  computeLoadSize,
  type DataConfig,
  type DomainDataConfig,
  dataSchema,
  domainDataSchema,
  listSetOptions,
  type NamedSetOptions,
  type PairDataConfig,
  pairDataSchema,
  pictureChannelsSchema,
} from "./data-config.js";
export { type IdxArray, parseIdx } from "./idx.js";
export {
  type BatchOptions,
  type ImageBatchesOptions,
  imageBatches,
  type SizedImageSet,
} from "./image-batches.js";
export {
  type Fingerprint,
  type ImageSet,
  MixedChannelsError,
  type PictureFit,
  type PictureShape,
  SkippedPictures,
  type UniformImageSet,
} from "./image-set.js";
export { createImageStore, type ImageArrays, type ImageStore } from "./image-store.js";
export { composePixelGrid, type FloatImages, type PixelImage, toByte } from "./pixel-grid.js";
export { reduceSet } from "./reduce-set.js";
export { type BatchStage, stagedBatches } from "./staged-batches.js";
export { fromPixelImages, toPixelImages } from "./to-pixels.js";
export { type AnySizeOptions, type SizedTranslation, translateAnySize } from "./translate-any-size.js";
export { pairedBatches, unpairedBatches } from "./two-set-batches.js";
