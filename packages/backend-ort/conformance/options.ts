import { parseArgs } from "node:util";

/** `tensorflow` is the real tfjs-node. */
export const BACKENDS = ["ort", "cpu", "tensorflow"] as const;
export const RUNS = ["normal", "refused"] as const;

export type BackendName = (typeof BACKENDS)[number];
/** `refused`: a second run in which a kernel that the backend declares as lowered may not fall back. */
export type RunName = (typeof RUNS)[number];

export interface Options {
  readonly backend: BackendName;
  readonly runs: readonly RunName[];
  readonly filter: string | undefined;
  readonly json: string | undefined;
  readonly verbose: boolean;
}

export const USAGE = `Runs the test suites that the tfjs packages ship on one tfjs backend.

  conformance [--backend ort|cpu|tensorflow] [--run normal|refused] [--filter REGEX] [--json FILE] [--verbose]

  --backend  the backend under test; default ort. tensorflow is the real tfjs-node (npm run tfjs-node -- install)
  --run      only this run; default both on ort, normal on the others, which have nothing to refuse
  --filter   only the specs whose full name matches this regular expression
  --json     also write every spec's result and every kernel's path to this file
  --verbose  print each failure's message and where it was thrown
`;

/**
 * Reads the command line.
 *
 * @param args the words after the script's name
 * @returns the options, or undefined when help was asked for
 * @throws Error on an unknown option or value, an invalid regular expression, or `--run refused` without ort
 */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: args.filter((word) => word !== "--"),
    options: {
      backend: { type: "string", default: "ort" },
      run: { type: "string" },
      filter: { type: "string" },
      json: { type: "string" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    return undefined;
  }
  const backend = oneOf("--backend", values.backend, BACKENDS);
  const run = values.run === undefined ? undefined : oneOf("--run", values.run, RUNS);
  if (backend !== "ort" && run === "refused") {
    throw new Error(
      `--run refused needs --backend ort: ${backend} has no fallback to refuse; leave --run out`,
    );
  }
  if (values.filter !== undefined) {
    new RegExp(values.filter);
  }
  const everyRun: readonly RunName[] = backend === "ort" ? RUNS : ["normal"];
  return {
    backend,
    runs: run === undefined ? everyRun : [run],
    filter: values.filter,
    json: values.json,
    verbose: values.verbose,
  };
}

function oneOf<Choice extends string>(option: string, given: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === given);
  if (found === undefined) {
    throw new Error(
      `${option} takes ${choices.join(" or ")}, but was given "${given}"; run with --help for the list`,
    );
  }
  return found;
}
