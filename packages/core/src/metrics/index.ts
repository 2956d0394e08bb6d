export type {
  ExtractedFeatures,
  ExtractorIdentity,
  FeatureExtractor,
  LoadExtractor,
  LoadExtractorOptions,
  ResizeMethod,
} from "./feature-extractor.js";
export type { LoadPerceptualNetwork, PerceptualNetwork } from "./perceptual-network.js";
