import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FoundPeer } from "../../packages/backend-ort/bench/peers.js";
import { createCases, type ThroughputCase } from "../throughput/cases.js";
import { type AnyBench, findVariant, loadBench } from "../variants/find-variants.js";
import { measureScaling } from "./measure-scaling.js";
import { measureSpeed } from "./measure-speed.js";
import { measureTraining } from "./measure-training.js";
import type { SuiteOptions } from "./options.js";
import { type BenchRow, backends, type MachinePeaks, type ScalingRow } from "./rows.js";
import { runScript } from "./run-script.js";

/** How a variant is measured. */
export interface VariantOptions extends Omit<SuiteOptions, "peers" | "work"> {
  peers: readonly FoundPeer[];
  peaks: MachinePeaks;
  work: string;
  commit: string;
  log(text: string): void;
}

/** Python that trains the same. */
const python =
  process.env.GAN_PEER_TORCH ?? fileURLToPath(new URL("../peers/.venv/torch/bin/python", import.meta.url));

/** Measures a variant on every backend; what fails is told in its row, and the rest goes on. */
export async function measureVariant(
  variant: string,
  options: VariantOptions,
): Promise<{ rows: BenchRow[]; scaling: ScalingRow[] }> {
  const bench = await loadBench(findVariant(variant));
  const [one] = createCases(variant, bench) as [ThroughputCase];
  const log = (text: string) => options.log(`[${variant}] ${text}`);
  const rows: BenchRow[] = [];
  for (const choice of options.backends) {
    const { backend, device, options: own } = backends[choice];
    const { commit } = options;
    const measuredAt = new Date().toISOString();
    const row: BenchRow = {
      variant,
      commit,
      measuredAt,
      preset: bench.steps[0]?.preset ?? one.about,
      backend,
      device,
    };
    rows.push(row);
    try {
      if (options.parts.includes("throughput"))
        Object.assign(row, await timeStep(one, { ...options, log }, own));
      if (options.parts.includes("training") && choice === options.backends[0]) {
        await addTraining(row, bench, { ...options, log });
      }
    } catch (error) {
      row.problem = (error as Error).message;
      log(row.problem);
    }
  }
  const isScaled = options.parts.includes("scaling");
  const speed = { ...options, log, secondsOfTurn: 1, options: [] };
  return { rows, scaling: isScaled ? await measureScaling(bench, one, speed) : [] };
}

async function timeStep(
  one: ThroughputCase,
  options: VariantOptions,
  own: readonly string[],
): Promise<Partial<BenchRow>> {
  const { speed, peers } = await measureSpeed(one, { ...options, options: own, secondsOfTurn: 1 });
  const { parameters } = await runScript<{ parameters: number }>("count-parameters.ts", [one.gan]);
  const [peer] = peers;
  return { ...speed, parameters, ...(peer !== undefined && { peer }) };
}

/** Trains, and where PyTorch is a peer trains the same there. */
async function addTraining(row: BenchRow, bench: AnyBench, options: VariantOptions): Promise<void> {
  const { isFull, images, minutes, seed, threads, work, out, peers, log } = options;
  log("trains");
  const withTorch = peers.some(({ name }) => name === "torch");
  const { training, peer } = await measureTraining(row.variant, bench, {
    ...{ images, minutes, seed, threads, work },
    isSmoke: !isFull,
    imagesPerSecond: row.imagesPerSecond,
    grids: join(out, "grids"),
    python: withTorch ? python : undefined,
  });
  Object.assign(row, training);
  if (row.peer !== undefined && peer !== undefined) row.peer = { ...row.peer, training: peer };
  log(
    `${training.images} images, KID ${training.kid?.toPrecision(3)} (${training.extractor}, ${training.n})`,
  );
}
