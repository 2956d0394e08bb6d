import { PeerProcess } from "./peer-process.js";
import type { FoundPeer } from "./peers.js";
import type { Workload } from "./workload.js";

/** A peer at its fastest setting, ready for its turns. */
export interface ChosenPeer {
  readonly peer: FoundPeer;
  readonly process: PeerProcess;
  /** Milliseconds of the fastest step in the trial. */
  readonly trialMillis: number;
}

const trialMillis = 1500;

/** Steps that fill about `millis`, at least one. */
export const stepsWithin = (millis: number, stepMillis: number): number =>
  Math.max(1, Math.min(200, Math.round(millis / stepMillis)));

async function tryOut(process: PeerProcess): Promise<number> {
  const first = Math.min(...(await process.run(1)).milliseconds);
  if (first > 2 * trialMillis) return first;
  // The fastest step: what else the machine does must not decide between two settings.
  return Math.min(...(await process.run(Math.max(3, stepsWithin(trialMillis, first)))).milliseconds);
}

/**
 * Tries every setting at every thread count, one after the other, and keeps the fastest one running.
 *
 * @throws Error when no setting runs
 */
export async function chooseSetting(
  peer: FoundPeer,
  work: Workload,
  log: (text: string) => void,
): Promise<ChosenPeer> {
  let best: ChosenPeer | undefined;
  let failure: unknown;
  const plainMillis = new Map<number, number>();
  const trials = peer.candidates.flatMap((candidate) =>
    peer.threads.map((threads) => ({ candidate, threads })),
  );
  for (const { candidate, threads } of trials) {
    if (candidate.costly && !isWorthTrying(threads, plainMillis)) continue;
    const label = [peer.name, `${threads} thread${threads > 1 ? "s" : ""}`, ...candidate.options].join(" ");
    try {
      const process = await PeerProcess.start(peer.command(work, candidate, threads));
      const millis = await tryOut(process);
      log(`${label}: ${millis.toFixed(1)} ms`);
      if (!candidate.costly)
        plainMillis.set(threads, Math.min(millis, plainMillis.get(threads) ?? Number.POSITIVE_INFINITY));
      const loser = best && best.trialMillis <= millis ? process : best?.process;
      if (loser !== process) best = { peer, process, trialMillis: millis };
      await loser?.quit();
    } catch (error) {
      failure = error;
      log(`${label}: cannot run: ${(error as Error).message}`);
    }
  }
  if (!best) throw new Error(`${peer.name} runs at no setting`, { cause: failure });
  return best;
}

/** Whether the plain settings at this thread count were within a third of the best thread count's. */
function isWorthTrying(threads: number, plainMillis: ReadonlyMap<number, number>): boolean {
  const here = plainMillis.get(threads);
  return here !== undefined && here <= (Math.min(...plainMillis.values()) * 4) / 3;
}
