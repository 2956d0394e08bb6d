import { formatSize, type StepSize } from "../sizes.js";
import { formatArguments, type Workload } from "../workload.js";
import { createCganStep } from "./cgan.js";
import { createCycleGanStep } from "./cyclegan.js";
import { createPix2PixStep } from "./pix2pix.js";
import type { NetworkSize, NetworkStep } from "./step.js";

const makers: Readonly<Record<string, (size: NetworkSize) => NetworkStep>> = {
  cyclegan: createCycleGanStep,
  pix2pix: createPix2PixStep,
  cgan: createCganStep,
};

/** Networks that are timed, PIXELSxBATCHxFEATURES after their name: narrow presets and the papers' widths. */
export const defaultWorkloads = [
  "cyclegan-64x1x32",
  "cyclegan-128x1x32",
  "cyclegan-64x1x64",
  "cyclegan-128x1x64",
  "pix2pix-64x1x32",
  "pix2pix-64x1x64",
  "pix2pix-256x1x32",
  "pix2pix-256x1x64",
  "cgan-32x64x32",
  "cgan-32x64x64",
].join();

/** A step of the network of that name. @throws RangeError for an unknown name */
export function createNetworkStep(network: string, size: NetworkSize): NetworkStep {
  const create = makers[network];
  if (!create)
    throw new RangeError(`a network is one of ${Object.keys(makers).join(", ")}; got "${network}"`);
  return create(size);
}

/** `cyclegan-64x1x32` → the network's name and its size. @throws RangeError when it is not of that form */
export function parseNetwork(text: string): { network: string; size: StepSize } {
  const parts = /^([a-z0-9]+)-(\d+)x(\d+)x(\d+)$/.exec(text);
  const [pixels, batch, features] = (parts ?? []).slice(2).map(Number);
  const network = parts?.[1] ?? "";
  if (!pixels || !batch || !features || !(network in makers)) {
    throw new RangeError(
      `a network is ${Object.keys(makers).join(", ")} and a size, as in cyclegan-64x1x32; got "${text}"`,
    );
  }
  return { network, size: { pixels, batch, features } };
}

/** What {@link parseNetwork} reads, as something to be timed. */
export function createNetworkWorkload(text: string, neededOperations: number): Workload {
  const { network, size } = parseNetwork(text);
  return {
    label: `${network}-${formatSize(size)}`,
    ourScript: "networks/our-step.ts",
    peerScript: `${network}_step`,
    arguments: formatArguments(size).concat(["--network", network]),
    neededOperations,
  };
}
