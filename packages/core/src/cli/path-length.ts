import { Option } from "commander";
import { ConfigError } from "../errors/index.js";
import { computePerceptualPathLength } from "../metrics/index.js";
import { loadPerceptualNetwork, perceptualNetworkNames } from "../node/index.js";
import { Random } from "../random/index.js";
import type { Variant } from "../train/index.js";
import { createPictureBars, defaultExtractor } from "./metrics-options.js";
import { parseWhole } from "./parse-whole.js";

/** Flags of commands that measure path lengths. */
export interface PathLengthFlags {
  paths: string;
  pathNetwork: string;
  backbone?: string;
  linear?: string;
}

export const pathLengthOptions = () => [
  new Option("--paths <number>", "paths whose lengths ppl averages").default("10000"),
  new Option("--path-network <name>", "by which ppl tells how far pictures are apart: vgg16 as in papers")
    .choices(perceptualNetworkNames)
    .default(defaultExtractor),
  new Option("--backbone <file.pth>", "weights of the path's network; default: those fetched or installed"),
  new Option("--linear <file.pth>", "lpips's weights of its channels"),
];

/** A perceptual path length, and how it was measured: those of other conditions are not comparable. */
export interface PathLengthReport {
  ppl: number;
  pplDeviation: number;
  pathLength: {
    network: { name: string; weightsHash: string };
    /** `z` or `w`. */
    space: string;
    paths: number;
    epsilon: number;
    seed: number;
  };
}

const epsilon = 1e-4;

/**
 * Measures how far a model's pictures move on paths through its latents.
 *
 * @throws ConfigError when the model makes no pictures of latents.
 */
export async function measurePathLength(
  { name, latentSpace: space }: Pick<Variant, "name" | "latentSpace">,
  flags: PathLengthFlags,
  seed: number,
): Promise<PathLengthReport> {
  const paths = parseWhole("--paths", flags.paths, 1);
  if (space === undefined) {
    throw new ConfigError(
      "core",
      `ppl needs a model with a latent space whose points can be joined, ${name} has none. Leave it out.`,
    );
  }
  const { pathNetwork, backbone, linear } = flags;
  const network = await loadPerceptualNetwork(pathNetwork, { backbone, linear });
  const bars = createPictureBars();
  try {
    const { mean, deviation } = await computePerceptualPathLength(network, {
      space,
      random: new Random(seed).fork("paths"),
      count: paths,
      epsilon,
      onProgress: (done, count) => bars.show("compared", done, count),
    });
    const { name: networkName, weightsHash } = network;
    const conditions = {
      network: { name: networkName, weightsHash },
      space: space.name,
      paths,
      epsilon,
      seed,
    };
    return { ppl: mean, pplDeviation: deviation, pathLength: conditions };
  } finally {
    bars.stop();
    network.dispose();
  }
}

/** A line for people. */
export function describePathLength({ ppl, pplDeviation, pathLength }: PathLengthReport): string {
  const { network, space, paths } = pathLength;
  const figures = [ppl, pplDeviation].map((value) => Number(value.toPrecision(6))).join(" ± ");
  const hash = network.weightsHash.slice(0, 8);
  return `${"path length".padEnd(16)}${figures} (${network.name}, weights ${hash}; ${paths.toLocaleString("en")} paths in ${space})`;
}
