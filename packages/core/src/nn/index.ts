export { BatchNorm, type BatchNormOptions } from "./batch-norm.js";
export { checkChannels, checkCounts, checkImages } from "./check-channels.js";
export { type Condition, expandCondition } from "./condition.js";
export { ConditionalBatchNorm, type ConditionalBatchNormOptions } from "./conditional-batch-norm.js";
export { ConvTranspose2d, type ConvTransposeOptions } from "./conv-transpose2d.js";
export { Conv2d, type ConvOptions } from "./conv2d.js";
export { createNorm, type Norm, type NormName, normNames } from "./create-norm.js";
export { Dense, type DenseOptions } from "./dense.js";
export { type DropoutOptions, dropout } from "./dropout.js";
export { Embedding, type EmbeddingOptions } from "./embedding.js";
export { firBlur, firDownsample, firUpsample } from "./fir.js";
export type { ForwardContext } from "./forward-context.js";
export {
  GroupNorm,
  type GroupNormOptions,
  InstanceNorm,
  LayerNorm,
  type SampleNormOptions,
} from "./group-norm.js";
export { createInferenceContext, type InferenceOptions } from "./inference-context.js";
export {
  constantInitializer,
  type Fans,
  heInitializer,
  type Initializer,
  normalInitializer,
  uniformInitializer,
  withoutInitialValues,
  xavierInitializer,
} from "./initializers.js";
export { Maxout, type MaxoutOptions } from "./maxout.js";
export { MinibatchDiscrimination, type MinibatchDiscriminationOptions } from "./minibatch-discrimination.js";
export { minibatchStandardDeviation } from "./minibatch-standard-deviation.js";
export { ModulatedConv2d, type ModulatedConvOptions } from "./modulated-conv2d.js";
export { Module } from "./module.js";
export { NoiseInjection, type NoiseInjectionOptions } from "./noise-injection.js";
export { orthogonalInitializer } from "./orthogonal-initializer.js";
export { PatchDiscriminator, type PatchDiscriminatorOptions } from "./patch-discriminator.js";
export { pixelNorm } from "./pixel-norm.js";
export { type ConvolutionSize, computeReceptiveField } from "./receptive-field.js";
export { reflectionPad } from "./reflection-pad.js";
export { downsampleBox, upsampleBilinear, upsampleNearest } from "./resample.js";
export {
  createNoiseBetween,
  createRowContext,
  createSeedNoise,
  interpolateSpherically,
  type RowNoise,
} from "./row-context.js";
export type { RunningNormOptions } from "./running-norm.js";
export { SelfAttention, type SelfAttentionOptions } from "./self-attention.js";
export { readParameter, withSubstitutes } from "./substitution.js";
export type { EqualizedOptions, WeightOptions } from "./weighted-layer.js";
