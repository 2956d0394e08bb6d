import type { Argument, Command, Option } from "commander";

/** A place on the line that is no option. */
export interface ArgumentDescription {
  /** As the help writes it, without brackets. */
  name: string;
  /** Whether the command refuses to run without it. */
  required: boolean;
  /** Whether several may stand there. */
  variadic: boolean;
}

/** An option as the help tells it. */
export interface OptionDescription {
  /** Such as `--count <pictures>`. */
  flags: string;
  /** The help's sentence. */
  description: string;
  /** What stands where nobody gives it; absent: nothing. */
  default?: unknown;
  /** The only texts that are allowed. Absent: every text is. */
  choices?: readonly string[];
  /** Whether the command refuses to run without it. */
  required: boolean;
}

/** A command with all that may stand on its line, as plain JSON. */
export interface CommandDescription {
  /** With the program's name before it: `gan-dcgan data list`. */
  name: string;
  /** The help's sentence. */
  description: string;
  /** What stands on the line besides options, in order. */
  arguments: readonly ArgumentDescription[];
  /** In the order of the help. */
  options: readonly OptionDescription[];
  /** Commands within this one. */
  commands: readonly CommandDescription[];
}

const describeArgument = (argument: Argument): ArgumentDescription => ({
  name: argument.name(),
  required: argument.required,
  variadic: argument.variadic,
});

const describeOption = (option: Option): OptionDescription => ({
  flags: option.flags,
  description: option.description,
  ...(option.defaultValue !== undefined && {
    default: option.defaultValueDescription ?? option.defaultValue,
  }),
  ...(option.argChoices !== undefined && { choices: option.argChoices }),
  required: option.mandatory,
});

/**
 * Says what a command takes, from the same definitions that parse its line; `--help` and hidden options are left out.
 *
 * @param parents The names before the command's own. Default: none.
 */
export function describeCommand(command: Command, parents: readonly string[] = []): CommandDescription {
  const path = [...parents, command.name()];
  return {
    name: path.join(" "),
    description: command.description(),
    arguments: command.registeredArguments.map(describeArgument),
    options: command.options.filter(({ hidden }) => !hidden).map(describeOption),
    commands: command.commands.map((inner) => describeCommand(inner, path)),
  };
}
