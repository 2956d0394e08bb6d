export type {
  DatasetDescription,
  DatasetKind,
  DatasetRegistry,
  DatasetRequest,
  OpenedDataset,
} from "./dataset-registry.js";
export { defineCli } from "./define-cli.js";
export type { CliDefinition } from "./definition.js";
export { exitCodes } from "./exit-codes.js";
export type { RunConfig } from "./run-config.js";
