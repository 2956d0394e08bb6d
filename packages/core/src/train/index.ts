export { listFirstLayers } from "./discriminator-layers.js";
export type {
  HealthEvent,
  StepEvent,
  StepMeasures,
  TrainEvent,
  WarningCode,
  WarningEvent,
} from "./events.js";
export type { ExampleValues, ExportableNetwork, NetworkInput } from "./exportable.js";
export { joinColumns } from "./join-columns.js";
export { generatedPictures, type MeasuredPicturesOptions, referencePictures } from "./measured-pictures.js";
export { namedAverages, namedWeights, prefixVariables } from "./named-variables.js";
export { parseOptions } from "./parse-options.js";
export { type Recorder, type TrainOptions, train } from "./train.js";
export { Trainer, type TrainerState } from "./trainer.js";
export type {
  Gallery,
  OptimizerSpec,
  Phase,
  Progress,
  SampleRequest,
  Stage,
  StateHolder,
  StepContext,
  Variant,
} from "./variant.js";
