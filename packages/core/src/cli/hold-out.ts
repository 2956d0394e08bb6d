import { ConfigError } from "../errors/index.js";
import type { RunConfig } from "./run-config.js";

/**
 * The configuration with the test part of its data set. Pictures that are drawn to order (`data.options.count`) are no more
 * than are measured.
 *
 * @param scope The variant's name, for the error.
 * @param count Pictures that are measured.
 * @throws ConfigError when the model was trained on a folder.
 */
export function holdOut<Model>(scope: string, config: RunConfig<Model>, count: number): RunConfig<Model> {
  const { name, options } = config.data;
  if (name === undefined) {
    throw new ConfigError(
      scope,
      "--held-out needs a named data set with a test part; the model was trained on a folder. Give --real and a folder.",
    );
  }
  const ordered = options?.["count"];
  const limited = typeof ordered === "number" && { options: { ...options, count: Math.min(ordered, count) } };
  return { ...config, data: { ...config.data, name: `${name}-test`, ...limited } };
}
