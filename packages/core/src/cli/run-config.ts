import { z } from "zod";
import { type DataConfig, dataSchema } from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import { featureMetrics } from "../metrics/index.js";

const trainingSchema = z.strictObject({
  /** Pictures in a step. */
  batchSize: z.int().min(1).default(64),
  /** Batches in a step, whose gradients are averaged: for batches that memory cannot hold at once. */
  accumulate: z.int().min(1).default(1),
  /** Images after which training ends. */
  totalImages: z.int().min(1),
  /** Seeds weights, noise and the order of the data. */
  seed: z.int().nonnegative().default(0),
  /** Images between sample grids. */
  sampleEveryImages: z.int().min(1).default(20_000),
  /** Images between checkpoints. */
  checkpointEveryImages: z.int().min(1).default(60_000),
  /** Newest checkpoints to keep, besides the best. */
  keepCheckpoints: z.int().min(1).default(2),
  /** Weights to start from: the name of shipped ones, or a folder. Absent: fresh ones. */
  fromPretrained: z.string().optional(),
  /** The discriminators' layers, counted from the picture, that stay as they are. Absent: none. */
  freezeDiscriminatorLayers: z.int().min(1).optional(),
});

/** What every kind of `data` section says. */
export type BasicData = Pick<DataConfig, "name" | "folder">;
const metricsSchema = z.strictObject({
  /** What to measure; the first decides which checkpoint is the best. */
  names: z.array(z.enum(featureMetrics)).min(1),
  /** Images between measurements; the end of training always makes one. */
  everyImages: z.int().min(1),
  /** Network whose features are compared: its name or an ONNX file. */
  extractor: z.string().min(1),
  /** How pictures come to the network's size. Default: as the network's publishers do. */
  resize: z.enum(["clean", "legacy", "none"]).optional(),
  /** Pictures generated for a measurement, and real ones if there are so many. */
  count: z.int().min(2).default(10_000),
});

/** The sections of a run's configuration around the variant's own, `model`. */
export interface RunConfig<Model, Data extends BasicData = DataConfig> {
  /** What the GAN is. */
  model: Model;
  /** What it trains on. */
  data: Data;
  /** How long, in which batches, and what is saved when. */
  training: z.output<typeof trainingSchema>;
  /** Measures the model while it trains. Absent: not measured. */
  metrics?: z.output<typeof metricsSchema> | undefined;
}

/** Reads and checks whole run configurations of one variant. */
export type ParseRunConfig<Model> = (json: unknown) => RunConfig<Model>;

/** What a run's configuration depends on. */
export interface ConfigDefinition<Model> {
  /** The variant's name, for errors. */
  name: string;
  modelSchema: z.ZodType<Model>;
  /** Default: single pictures. */
  dataSchema?: z.ZodType<BasicData>;
}

/** The schema of a variant's run configurations. */
export function createRunConfigSchema<Model>(
  definition: Pick<ConfigDefinition<Model>, "modelSchema" | "dataSchema">,
) {
  const { modelSchema: model, dataSchema: data = dataSchema } = definition;
  return z.strictObject({ model, data, training: trainingSchema, metrics: metricsSchema.optional() });
}

/**
 * Makes the parser of a variant's run configurations: unknown keys are refused, defaults filled in.
 */
export function createRunConfigParser<Model>(definition: ConfigDefinition<Model>): ParseRunConfig<Model> {
  const { name: scope } = definition;
  const schema = createRunConfigSchema(definition);
  return (json) => {
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data as unknown as RunConfig<Model>;
    const problems = parsed.error.issues.map(
      ({ path, message }) => `  ${path.join(".") || "(root)"}: ${message}`,
    );
    const heading =
      problems.length === 1
        ? "the configuration has a problem:"
        : `the configuration has ${problems.length} problems:`;
    throw new ConfigError(scope, [heading, ...problems].join("\n"));
  };
}
