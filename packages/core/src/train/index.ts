export type { TrainEvent } from "./events.js";
export { namedAverages } from "./named-variables.js";
export { type Recorder, type TrainOptions, train } from "./train.js";
export { Trainer, type TrainerState } from "./trainer.js";
export type { OptimizerSpec, Phase, SampleRequest, StepContext, Variant } from "./variant.js";
