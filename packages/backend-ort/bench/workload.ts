import { computeNeededOperations } from "./operations.js";
import { formatSize, type StepSize } from "./sizes.js";

/** A training step to be timed: what our script and the peers' are called and told. */
export interface Workload {
  /** Names it in reports. */
  readonly label: string;
  /** Our process, in this folder; it takes {@link arguments} and `--threads`. */
  readonly ourScript: string;
  /** Start of the names of the peers' scripts: `dcgan_step` for `dcgan_step_torch.py`. */
  readonly peerScript: string;
  readonly arguments: readonly string[];
  /** Operations of a step's convolutions and matrix products; see `operations.ts`. */
  readonly neededOperations: number;
}

/** DCGAN's step of one size. */
export function createDcganWorkload(size: StepSize): Workload {
  return {
    label: formatSize(size),
    ourScript: "our-step.ts",
    peerScript: "dcgan_step",
    arguments: formatArguments(size),
    neededOperations: computeNeededOperations(size),
  };
}

/** A size as options of our scripts and the peers'. */
export const formatArguments = ({ pixels, batch, features }: StepSize): string[] => [
  ...["--size", String(pixels)],
  ...["--batch", String(batch)],
  ...["--features", String(features)],
];
