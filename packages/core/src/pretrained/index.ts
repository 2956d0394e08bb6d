export { encodePretrained, type StoredVariant } from "./encode-pretrained.js";
export {
  encodeFacts,
  type PretrainedFacts,
  type PretrainedPart,
  pretrainedFile,
  pretrainedFormat,
  pretrainedParts,
  readPretrainedFacts,
} from "./format.js";
export { createRestorer, type PretrainedFiles, restorePretrained } from "./restore-pretrained.js";
