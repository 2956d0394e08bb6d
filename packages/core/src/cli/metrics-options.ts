import { Option } from "commander";
import { ConfigError } from "../errors/index.js";
import {
  type FeatureExtractor,
  type FeatureMetric,
  featureMetrics,
  type ResizeMethod,
} from "../metrics/index.js";
import { loadExtractor } from "../node/index.js";
import { createCountBar } from "./count-bar.js";
import { type OnnxFlags, onnxOptions, parseOnnxFlags } from "./onnx-options.js";

/** Flags of every command that measures pictures. */
export interface MeasureFlags extends OnnxFlags {
  extractor?: string;
  weights?: string;
  resize?: ResizeMethod;
  seed: string;
  /** False with `--no-cache`. */
  cache: boolean;
  json?: boolean;
}

/** Works offline, once its package is installed. Published FIDs are of `inception`, digits best seen by a classifier of them. */
export const defaultExtractor = "efficientnet-lite0";

export const measureOptions = () => [
  new Option(
    "--extractor <name-or-file>",
    `network whose features are compared (default: ${defaultExtractor})`,
  ),
  new Option("--weights <file>", "file of the network's weights; default: the one fetched or shipped"),
  new Option(
    "--resize <how>",
    "how pictures come to the network's size: default: as its publishers do",
  ).choices(["clean", "legacy", "none"]),
  new Option("--seed <number>", "chooses pictures, noise and subsets").default("0"),
  new Option("--no-cache", "extract features anew, keep none"),
  new Option("--json", "for machines"),
  ...onnxOptions(),
];

/** Opens the network that flags name. */
export function openExtractor(flags: MeasureFlags): Promise<FeatureExtractor> {
  const { extractor = defaultExtractor, weights, resize } = flags;
  return loadExtractor(extractor, { weights, resize, input: parseOnnxFlags(flags) });
}

/**
 * Reads a list such as `fid,kid`; `all` is every one.
 *
 * @throws ConfigError for an unknown name.
 */
export function parseMetrics(text: string): FeatureMetric[] {
  if (text === "all") return [...featureMetrics];
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.filter((name) => !featureMetrics.includes(name as FeatureMetric));
  if (unknown.length === 0) return [...new Set(names as FeatureMetric[])];
  throw new ConfigError(
    "core",
    `--metrics must be some of ${featureMetrics.join(", ")}, with commas between, or all; got ${unknown.join(", ") || "nothing"}.`,
  );
}

/** Shows on standard error how many pictures are done, one bar after the other. */
export function createPictureBars() {
  let bar: ReturnType<typeof createCountBar> | undefined;
  let shown = "";
  return {
    show(what: string, done: number, count: number) {
      if (what !== shown) {
        bar?.stop();
        bar = createCountBar(process.stderr, `${what} pictures`);
        shown = what;
      }
      bar?.show(done, count);
      if (done === count) {
        bar?.stop();
        shown = "";
      }
    },
    stop: () => bar?.stop(),
  };
}
