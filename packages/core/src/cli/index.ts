export type {
  BenchBatches,
  BenchDefinition,
  BenchPictures,
  BenchStage,
  BenchStep,
  BenchTraining,
} from "./bench-definition.js";
export { createCountBar } from "./count-bar.js";
export type { Cli } from "./create-cli.js";
export { dataCommand, type RegistrySource } from "./data-command.js";
export type {
  DatasetDescription,
  DatasetKind,
  DatasetRegistry,
  DatasetRequest,
  OpenedDataset,
} from "./dataset-registry.js";
export { defineCli, type VariantCli } from "./define-cli.js";
export type {
  CliDefinition,
  DataReport,
  EvaluationRequest,
  GrownModel,
  OpenedData,
  PictureJudge,
  PictureTranslator,
  TranslationRequest,
} from "./definition.js";
export { type BatchedConfig, describeBatches } from "./describe-batches.js";
export type { ArgumentDescription, CommandDescription, OptionDescription } from "./describe-command.js";
export { exitCodes } from "./exit-codes.js";
export { parseFrameRate } from "./generate-plan.js";
export type { GrownLevel } from "./level-options.js";
export { loadDatasetRegistry } from "./load-datasets.js";
export type { LoadedModel, ModelFlags } from "./load-model.js";
export { openPictureBatches } from "./open-picture-batches.js";
export { type OwnPackage, readOwnPackage } from "./own-package.js";
export { parseSeeds } from "./parse-seeds.js";
export { parseTruncation } from "./parse-truncation.js";
export { parseWhole } from "./parse-whole.js";
export { createRunConfigParser, type RunConfig } from "./run-config.js";
export type { CommandInvocation, CommandOption, VariantCommand } from "./variant-command.js";
