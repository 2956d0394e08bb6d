import { type MeasureOptions, measureSize } from "../../packages/backend-ort/bench/measure-size.js";
import { type FoundPeer, findPeer } from "../../packages/backend-ort/bench/peers.js";
import type { ThroughputCase } from "../throughput/cases.js";
import { createWorkload } from "../throughput/create-workload.js";
import { findTfjsNode } from "../throughput/tfjs-node-peer.js";
import { findBound, otherMachines, predictMillis } from "./roofline.js";
import type { MachinePeaks, Peer, Speed } from "./rows.js";

/** How long and beside whom a step is timed. */
export interface SpeedOptions {
  rounds: number;
  secondsOfTurn: number;
  threads: number;
  /** Options of our process. */
  options: readonly string[];
  peers: readonly FoundPeer[];
  peaks: MachinePeaks;
  log(text: string): void;
}

/** Spread above which a measurement counts as disturbed. */
export const mostSpread = 0.15;

const orNull = (value: number | undefined | null) =>
  value === undefined || value === null || Number.isNaN(value) ? null : value;

/** Times a step in turns, beside peers where there are some. */
export async function measureSpeed(
  one: ThroughputCase,
  { rounds, secondsOfTurn, threads, options, peers, peaks, log }: SpeedOptions,
): Promise<{ speed: Omit<Speed, "parameters">; peers: Peer[]; stepMs: number }> {
  const { batch, cycle, side } = one;
  const measure: MeasureOptions = {
    ...{ rounds, threads },
    log: cycle === 1 ? log : (text) => log(`${text} for ${cycle} steps`),
    turnMillis: 1000 * secondsOfTurn,
    provider: "cpu",
    ownOptions: options,
  };
  const { rows, own } = await measureSize(createWorkload(one), peers, measure);
  const stepMs = own.oursMs / cycle;
  const [low, middle, high] = own.stepQuartiles;
  const rate = (millis: number) => (1000 * batch * cycle) / millis;
  const spread = (high - low) / middle;
  const gflopPerStep = orNull(own.executedGigaflop / cycle);
  const bytes = { products: own.bytes.products / cycle, others: own.bytes.others / cycle };
  const work = { gigaflop: own.executedGigaflop / cycle, bytes, nodes: own.nodes / cycle };
  const predictedMs = orNull(predictMillis(work, peaks));
  return {
    stepMs,
    speed: {
      ...{ batch, side, spread, gflopPerStep },
      imagesPerSecond: rate(own.oursMs),
      imagesPerSecondQuartiles: [rate(high), rate(low)],
      secPerKimg: stepMs / batch,
      isDisturbed: spread > mostSpread,
      compileSeconds: orNull(own.compileMs / 1000),
      peakMemoryMB: own.peakMemoryMB,
      peakShare: orNull(own.peakShare),
      predictedMs,
      ...(predictedMs !== null && {
        bound: findBound(work, peaks),
        predictions: otherMachines.map(
          (machine) => (1000 * batch * (predictedMs / stepMs)) / predictMillis(work, machine.peaks),
        ),
      }),
    },
    peers: rows.map((row) => ({
      peer: row.peer === "torch" ? "pytorch" : row.peer,
      version: row.peerVersion,
      threads: row.peerThreads,
      setting: row.setting,
      imagesPerSecond: rate(row.peerMs),
      ratio: row.ratio,
      ratioQuartiles: row.ratioQuartiles,
      peakMemoryMB: row.peerPeakMemoryMB,
    })),
  };
}

/**
 * Finds what `--peers` names.
 *
 * @throws Error that says how to get one that is missing.
 */
export function findPeers(names: readonly string[], compiles: boolean): FoundPeer[] {
  return names.map((name) => {
    if (name === "tfjs-node") return findTfjsNode();
    if (name !== "pytorch") throw new RangeError(`--peers takes pytorch and tfjs-node, got ${name}`);
    const found = findPeer("torch");
    if ("missing" in found) throw new Error(`PyTorch is not installed. Get it with  ${found.missing}`);
    return { ...found, candidates: found.candidates.filter(({ costly }) => compiles || !costly) };
  });
}
