import { type ChosenPeer, chooseSetting, stepsWithin } from "./choose-setting.js";
import { PeerProcess, type Turn } from "./peer-process.js";
import { type FoundPeer, measureNumpyProduct, measureOurProduct, ourCommand } from "./peers.js";
import { computeMedian, computeQuantile } from "./statistics.js";
import type { Workload } from "./workload.js";

/** One comparison; the JSON report is an array of these. */
export interface Row {
  /** PIXELSxBATCHxFEATURES, after the network's name where it is not DCGAN. */
  readonly size: string;
  readonly backend: string;
  /** Median milliseconds of a step. */
  readonly oursMs: number;
  readonly peer: string;
  readonly peerVersion: string;
  readonly peerThreads: number;
  readonly peerMs: number;
  /** Median of the rounds' own ratios, their time over ours: above 1, ours is faster. */
  readonly ratio: number;
  /** Quartiles of the same. */
  readonly ratioQuartiles: readonly [number, number];
  /** The peer's fastest setting. */
  readonly setting: string;
  readonly ourPeakMemoryMB: number | null;
  readonly peerPeakMemoryMB: number | null;
}

/** What our step does by itself. */
export interface OwnReport {
  readonly size: string;
  readonly oursMs: number;
  readonly compileMs: number;
  /** Time outside of ONNX Runtime over time within. */
  readonly overhead: number;
  /** Operations that the step needs, in GFLOP. */
  readonly neededGigaflop: number;
  /** Operations of the graph that is executed, in GFLOP, by explain(): more where it pads or repeats. Rates count the lesser. */
  readonly executedGigaflop: number;
  readonly gigaflops: number;
  /** GFLOP/s of SGEMM-2048, medians over the rounds. */
  readonly sgemm: { readonly onnxRuntime: number | undefined; readonly numpy: number | undefined };
  readonly peakShare: number;
  readonly peakMemoryMB: number | null;
  /** First, second and third quartile of single steps' milliseconds. */
  readonly stepQuartiles: readonly [number, number, number];
  /** Bytes that the nodes of a step read and write: convolutions and matrix products, and all others. */
  readonly bytes: { readonly products: number; readonly others: number };
  /** Nodes that a step runs. */
  readonly nodes: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  /** Milliseconds that each turn should fill. */
  readonly turnMillis: number;
  readonly provider: string;
  /** Of our step; 0 lets the backend choose. */
  readonly threads: number;
  /** Options of our process that choose what runs it. Default: the provider. */
  readonly ownOptions?: readonly string[];
  readonly log: (text: string) => void;
}

interface Contestant {
  readonly name: string;
  readonly process: PeerProcess;
  readonly steps: number;
  readonly turns: Turn[];
}

const turnMedians = ({ turns }: Contestant) => turns.map(({ milliseconds }) => computeMedian(milliseconds));

/** Times our step and every peer's in turn, all of them warm, each at its fastest setting. */
export async function measureSize(
  work: Workload,
  peers: readonly FoundPeer[],
  options: MeasureOptions,
): Promise<{ rows: Row[]; own: OwnReport }> {
  const { log, rounds, turnMillis, ownOptions = ["--provider", options.provider] } = options;
  const chosen: ChosenPeer[] = [];
  const started: PeerProcess[] = [];
  try {
    for (const peer of peers) {
      const choice = await chooseSetting(peer, work, log);
      chosen.push(choice);
      started.push(choice.process);
    }
    const ours = await PeerProcess.start(ourCommand(work, ownOptions, options.threads));
    started.push(ours);
    const trial = computeMedian((await ours.run(3)).milliseconds);
    log(`ours: ${trial.toFixed(1)} ms`);

    const contestant = (name: string, process: PeerProcess, millis: number): Contestant => ({
      name,
      process,
      steps: stepsWithin(turnMillis, millis),
      turns: [],
    });
    const us = contestant("ours", ours, trial);
    const others = chosen.map(({ peer, process, trialMillis }) =>
      contestant(peer.name, process, trialMillis),
    );
    const products = { onnxRuntime: [] as number[], numpy: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      for (const runner of [us, ...others]) {
        // A peer so slow that one step fills ten turns is not measured anew in every round.
        if (round > 0 && (runner.turns[0]?.milliseconds[0] ?? 0) > 10 * turnMillis) continue;
        runner.turns.push(await runner.process.run(runner.steps));
      }
      const [onnxRuntime, numpy] = [measureOurProduct(), measureNumpyProduct()];
      if (onnxRuntime) products.onnxRuntime.push(onnxRuntime);
      if (numpy) products.numpy.push(numpy);
      log(
        `round ${round + 1} of ${rounds}: ${[us, ...others].map(({ name, turns }) => `${name} ${computeMedian(turns.at(-1)?.milliseconds ?? []).toFixed(1)}`).join(", ")} ms`,
      );
    }
    const own = reportOwn(work, us, products);
    return {
      rows: others.map((other, index) => compare(work, options, us, other, chosen[index] as ChosenPeer)),
      own,
    };
  } finally {
    for (const process of started) await process.quit();
  }
}

function compare(
  work: Workload,
  options: MeasureOptions,
  us: Contestant,
  other: Contestant,
  choice: ChosenPeer,
): Row {
  const [ours, theirs] = [turnMedians(us), turnMedians(other)];
  const [oursMs, peerMs] = [computeMedian(ours), computeMedian(theirs)];
  const ratios = theirs.map((millis, round) => millis / (ours[round] as number));
  const { description } = other.process;
  return {
    size: work.label,
    backend: `ort-${options.provider}`,
    oursMs,
    peer: other.name,
    peerVersion: choice.peer.packageVersion ?? description.version,
    peerThreads: description.threads,
    peerMs,
    ratio: computeMedian(ratios),
    ratioQuartiles: [computeQuantile(ratios, 0.25), computeQuantile(ratios, 0.75)],
    setting: description.blas ? `${description.setting}, BLAS ${description.blas}` : description.setting,
    ourPeakMemoryMB: us.turns.at(-1)?.peakMemoryMB ?? null,
    peerPeakMemoryMB: other.turns.at(-1)?.peakMemoryMB ?? null,
  };
}

function reportOwn(
  work: Workload,
  us: Contestant,
  products: { readonly onnxRuntime: readonly number[]; readonly numpy: readonly number[] },
): OwnReport {
  const oursMs = computeMedian(turnMedians(us));
  const last = us.turns.at(-1) as Turn;
  const steps = us.turns.flatMap(({ milliseconds }) => milliseconds);
  const quartile = (part: number) => computeQuantile(steps, part);
  const wall = steps.reduce((sum, value) => sum + value, 0);
  const within = us.turns.reduce((sum, { runMilliseconds = 0 }) => sum + runMilliseconds, 0);
  const executedGigaflop = (last.operations ?? Number.NaN) / 1e9;
  const neededGigaflop = work.neededOperations / 1e9;
  // Neither padding counts as speed, nor work that a lowering saves.
  const gigaflops = (Math.min(neededGigaflop, executedGigaflop) / oursMs) * 1e3;
  const median = (values: readonly number[]) => (values.length ? computeMedian(values) : undefined);
  const sgemm = { onnxRuntime: median(products.onnxRuntime), numpy: median(products.numpy) };
  return {
    size: work.label,
    oursMs,
    compileMs: last.compileMilliseconds ?? Number.NaN,
    overhead: wall / within - 1,
    neededGigaflop,
    executedGigaflop,
    gigaflops,
    sgemm,
    peakShare: gigaflops / Math.max(sgemm.onnxRuntime ?? 0, sgemm.numpy ?? 0),
    peakMemoryMB: last.peakMemoryMB,
    stepQuartiles: [quartile(0.25), quartile(0.5), quartile(0.75)],
    bytes: { products: last.productBytes ?? Number.NaN, others: last.otherBytes ?? Number.NaN },
    nodes: last.nodesRun ?? Number.NaN,
  };
}
