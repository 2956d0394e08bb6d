import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findVariants } from "../variants/find-variants.js";
import { type BackendChoice, backends } from "./rows.js";

/** What can be measured. */
export const parts = ["throughput", "training", "services", "scaling"] as const;
export type Part = (typeof parts)[number];

/** What the command line asks for. */
export interface SuiteOptions {
  variants: readonly string[];
  parts: readonly Part[];
  backends: readonly BackendChoice[];
  peers: readonly string[];
  isFull: boolean;
  images: number | undefined;
  minutes: number | undefined;
  seed: number;
  threads: number;
  rounds: number;
  compiles: boolean;
  isJson: boolean;
  compare: string | undefined;
  /** Folder of the report. */
  out: string;
  /** Folder of runs, from which an interrupted full run goes on. */
  work: string | undefined;
}

export const usage = `pnpm bench [options], or turbo bench -- [options]

Trains every variant for a budget and times its step: ten minutes on two cores. Writes report.json, report.md and
report.html, one page that needs no network, into benchmarks/results/smoke, or with --full into benchmarks/results/full.

  --full                 the budgets of the tables: hours; FID besides KID, scaling. Goes on where it was interrupted
  --variants a,b         only these
  --only part,part       of ${parts.join(", ")}
  --images N             pictures to learn from, instead of each variant's own budget
  --minutes M            as many pictures as are trained on in M minutes at the measured throughput
  --peers pytorch        the same networks in PyTorch, in turn with ours, trained on as many pictures; or tfjs-node
  --backends a,b         of ${Object.keys(backends).join(", ")} (default: ort-cpu)
  --compare old.json     tells what became worse than in an older report, beyond the noise; then ends with code 1
  --no-compile           leaves out torch.compile, which takes minutes to try
  --rounds N             turns of a second (default 3, with --full 7)
  --seed N, --threads N  default 1; as many threads as cores
  --json                 prints the report instead of the table
  --out FOLDER, --work FOLDER`;

/** @throws RangeError on what is not known. */
export function parseOptions(args: readonly string[]): SuiteOptions | undefined {
  const { values } = parseArgs({
    args: args.filter((one) => one !== "--"),
    options: {
      full: { type: "boolean", default: false },
      variants: { type: "string" },
      only: { type: "string" },
      images: { type: "string" },
      minutes: { type: "string" },
      peers: { type: "string" },
      backends: { type: "string", default: "ort-cpu" },
      compare: { type: "string" },
      "no-compile": { type: "boolean", default: false },
      rounds: { type: "string" },
      seed: { type: "string", default: "1" },
      threads: { type: "string", default: "0" },
      json: { type: "boolean", default: false },
      out: { type: "string" },
      work: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const isFull = values.full;
  const all = findVariants().map(({ name }) => name);
  const usual = isFull ? parts : parts.filter((part) => part !== "scaling");
  const name = isFull ? "full" : "smoke";
  return {
    isFull,
    variants: readNames("--variants", values.variants, all, all),
    parts: readNames("--only", values.only, parts, usual),
    backends: readNames("--backends", values.backends, Object.keys(backends) as BackendChoice[], []),
    peers: readNames("--peers", values.peers, ["pytorch", "tfjs-node"], []),
    images: readNumber("--images", values.images, 1),
    minutes: readNumber("--minutes", values.minutes, 0),
    rounds: readNumber("--rounds", values.rounds, 1) ?? (isFull ? 7 : 3),
    seed: readNumber("--seed", values.seed, 0) as number,
    threads: readNumber("--threads", values.threads, 0) as number,
    compiles: !values["no-compile"],
    isJson: values.json,
    compare: values.compare,
    out: values.out ?? fileURLToPath(new URL(`../results/${name}`, import.meta.url)),
    work: values.work,
  };
}

function readNames<Name extends string>(
  option: string,
  text: string | undefined,
  known: readonly Name[],
  usual: readonly Name[],
): readonly Name[] {
  if (text === undefined) return usual;
  return text.split(",").map((name) => {
    const found = known.find((one) => one === name);
    if (found !== undefined) return found;
    throw new RangeError(`${option} takes ${known.join(", ")}, got ${name}`);
  });
}

function readNumber(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= least && text.trim() !== "") return value;
  throw new RangeError(`${option} must be a number from ${least}, got ${text}`);
}
