export { checkFeatures, type FeatureMatrix } from "./check-features.js";
export {
  type ConditionalAccuracy,
  computeConditionalAccuracy,
  computeIntraClassDistance,
  type LabelledFeatures,
} from "./class-conditional.js";
export { type CollectOptions, collectFeatures, type FeatureCollection } from "./collect-features.js";
export { computeErrorRate, type ErrorRate } from "./error-rate.js";
export type {
  ExtractedFeatures,
  ExtractorIdentity,
  FeatureExtractor,
  LoadExtractor,
  LoadExtractorOptions,
  OnnxPictures,
  ResizeMethod,
} from "./feature-extractor.js";
export { computeStatistics, type FeatureStatistics, StatisticsAccumulator } from "./feature-statistics.js";
export { computeFrechetDistance } from "./frechet-distance.js";
export { computeInceptionScore, type InceptionScoreOptions } from "./inception-score.js";
export { computeKernelDistance, type KernelDistance, type KernelDistanceOptions } from "./kernel-distance.js";
export { createLaplacianPyramid, describePatches } from "./laplacian-patches.js";
export type { LatentSpace } from "./latent-space.js";
export {
  type MatrixOptions,
  type MatrixProduct,
  multiplyPortably,
  type ProductSizes,
} from "./matrix-product.js";
export type { MeanAndDeviation } from "./mean-and-deviation.js";
export {
  betterWhen,
  type FeatureMetric,
  featureMetrics,
  type MeasureOptions,
  measure,
} from "./measure.js";
export {
  checkSameExtractor,
  type MetricReport,
  warnOfSmallSets,
} from "./metric-result.js";
export {
  computePerceptualDistance,
  computePerceptualDiversity,
  type PerceptualDiversityOptions,
} from "./perceptual-distance.js";
export type { LoadPerceptualNetwork, PerceptualNetwork } from "./perceptual-network.js";
export { computePerceptualPathLength, type PathLengthOptions } from "./perceptual-path-length.js";
export { createPictureSource, type PictureSource, type PictureSourceOptions } from "./picture-source.js";
export { computePixelErrors, type PixelErrors } from "./pixel-errors.js";
export {
  computePrecisionRecall,
  type PrecisionRecall,
  type PrecisionRecallOptions,
} from "./precision-recall.js";
export { computeSlicedWasserstein, type SlicedWassersteinOptions } from "./sliced-wasserstein.js";
export {
  computeMultiScaleSimilarity,
  computeStructuralSimilarity,
  type SimilarityOptions,
} from "./structural-similarity.js";
export { computeSymmetricEigenvectors, type SymmetricEigenvectors } from "./symmetric-eigenvalues.js";
export { computeTranslationQuality, type TranslationQuality } from "./translation-quality.js";
