export {
  type BackendName,
  backendNames,
  nameBackend,
  type PassedOver,
  type RunningBackend,
} from "./backend-names.js";
export {
  type CheckpointFolder,
  findBestCheckpoint,
  findCheckpoint,
  restoreTrainer,
  restoreWeights,
  type SaveCheckpointOptions,
  saveCheckpoint,
} from "./checkpoint-folder.js";
export { readCifar10 } from "./cifar10-files.js";
export { decodePicture, type OwnSizeShape, type PictureLimits, reshapePicture } from "./decode-picture.js";
export { type ExportedOnnx, type ExportOnnxOptions, exportOnnx } from "./export-onnx.js";
export { type FetchWeightsOptions, fetchableWeights, fetchWeights } from "./extractors/fetch-weights.js";
export { extractorNames, loadExtractor } from "./extractors/load-extractor.js";
export { loadPerceptualNetwork, perceptualNetworkNames } from "./extractors/load-perceptual-network.js";
export { findModel } from "./find-model.js";
export { readIdxFile } from "./idx-files.js";
export { type ImageFilesOptions, type ImageFolderOptions, imageFiles, imageFolder } from "./image-folder.js";
export { listPictures } from "./list-pictures.js";
export { loadSharp } from "./load-sharp.js";
export { type CollectCachedOptions, collectCached } from "./metrics/cached-features.js";
export { readStatistics, type WriteStatisticsOptions, writeStatistics } from "./metrics/statistics-file.js";
export { createModelMeter, type MeasuredModel, type ModelMeterOptions } from "./metrics/training-metrics.js";
export { bindImages, type OpenImagesOptions, openImages } from "./open-images.js";
export { openPack, type Pack } from "./open-pack.js";
export {
  type OpenDomainSetsOptions,
  type OpenPairSetsOptions,
  openDomainSets,
  openPairSets,
  type TwoSets,
} from "./open-two-sets.js";
export type { CacheOptions } from "./packed-cache.js";
export type { PictureLabels } from "./picture-labels.js";
export { type PrepareImagesOptions, prepareImages } from "./prepare-images.js";
export {
  createModelLoader,
  findPretrained,
  listPretrained,
  type ModelLoader,
  type PretrainedFolder,
  readPretrainedFolder,
} from "./pretrained-folder.js";
export {
  createQuiz,
  type Quiz,
  type QuizAnswer,
  type QuizMode,
  type QuizReport,
  reportQuiz,
} from "./quiz/quiz.js";
export { type QuizServer, type ServeQuizOptions, serveQuiz } from "./quiz/quiz-server.js";
export { type EventLine, type MetricLine, RunLog, readRunLog, type StepLine } from "./run-log.js";
export { type RunMeter, type SaveRunOptions, saveRun } from "./save-run.js";
export { type StartBackendOptions, startBackend } from "./start-backend.js";
export { readTorchWeights } from "./torch/read-torch-weights.js";
export type { FolderPart } from "./two-set-folders.js";
export { writeAnimation } from "./write-animation.js";
export { PackWriteError, type WritePackOptions, writePack } from "./write-pack.js";
export { encodePicture, writeGrid, writePicture } from "./write-picture.js";
export { type ReportFacts, writeReport } from "./write-report.js";
export { writeWhole } from "./write-whole.js";
