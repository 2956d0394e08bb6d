import { Command, Option } from "commander";
import { backendOption } from "./backend-option.js";
import { type LoadedModel, type ModelFlags, modelOptions, requireModel } from "./load-model.js";

/** An option of a command. */
export interface CommandOption {
  /** As the help shows it: `--columns <number>`, `--loop`, `--latent <files...>` for several. */
  flags: string;
  /** What it does, for the help. */
  description: string;
  /** The text that stands when nobody gives the option. */
  default?: string;
  /** Whether the command refuses to run without it. */
  required?: boolean;
  /** The only texts that are allowed. */
  choices?: readonly string[];
}

/** One call of a command. */
export interface CommandInvocation<V, Model, Flags> {
  /** What stands on the line besides options, in the order of {@link VariantCommand.usage}. */
  args: readonly string[];
  /** By name in camel case: texts, lists of texts, true. */
  flags: Flags & ModelFlags;
  /**
   * Starts the backend and opens the model that the flags name; to be called when they are known to be right.
   *
   * @throws ConfigError when they name none, CheckpointError when it cannot be loaded.
   */
  load(): Promise<LoadedModel<V, Model>>;
}

/** A command that only one variant has, for what a trained model can do besides `generate`. */
export interface VariantCommand<V, Model, Flags = object> {
  /** The name and what must stand on the line: `project <picture>`. */
  usage: string;
  /** One line for the help. */
  description: string;
  /** Besides `--from`, `--best`, `--pretrained` and `--backend`, which every command has. */
  options: readonly CommandOption[];
  /**
   * Does the work and prints what came of it.
   *
   * @throws ConfigError for flags that are wrong, which exits with 2; any other error with 1.
   */
  run(invocation: CommandInvocation<V, Model, Flags>): Promise<void>;
}

/** Makes commander's command of a variant's. */
export function createVariantCommand<V, Model>(
  { usage, description, options, run }: VariantCommand<V, Model>,
  load: (flags: ModelFlags) => Promise<LoadedModel<V, Model>>,
): Command {
  const [name = "", ...places] = usage.split(" ");
  const command = new Command(name).description(description);
  for (const place of places) command.argument(place);
  for (const option of modelOptions()) command.addOption(option);
  for (const given of options) {
    const option = new Option(given.flags, given.description);
    if (given.default !== undefined) option.default(given.default);
    if (given.choices !== undefined) option.choices(given.choices);
    command.addOption(option.makeOptionMandatory(given.required ?? false));
  }
  command.addOption(backendOption());
  return command.action(async () => {
    const flags: ModelFlags = command.opts();
    requireModel(flags);
    await run({ args: command.processedArgs, flags, load: () => load(flags) });
  });
}
