import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type MeasureOptions, measureSize, type OwnReport, type Row } from "./measure-size.js";
import { type FoundPeer, findPeer, type PeerName, peerNames } from "./peers.js";
import { formatOwn, formatRows } from "./report.js";
import type { Workload } from "./workload.js";

/** Options that every comparison takes on its command line, for `parseArgs`. */
export const measureOptions = {
  json: { type: "string" },
  rounds: { type: "string", default: "7" },
  provider: { type: "string", default: "cpu" },
  threads: { type: "string", default: "0" },
  "turn-millis": { type: "string", default: "1000" },
} as const;

/** What `parseArgs` makes of {@link measureOptions}. */
export interface MeasureArguments {
  readonly json?: string | undefined;
  readonly rounds: string;
  readonly provider: string;
  readonly threads: string;
  readonly "turn-millis": string;
}

/** Of `names`, the peers that are installed; the others are printed with the command that installs them. */
export function findPeers(names: readonly string[]): { found: FoundPeer[]; missing: string[] } {
  const unknown = names.find((name) => !(peerNames as readonly string[]).includes(name));
  if (unknown) throw new RangeError(`--peers takes ${peerNames.join(", ")}; got "${unknown}"`);
  const found: FoundPeer[] = [];
  const missing: string[] = [];
  for (const peer of names.map((name) => findPeer(name as PeerName))) {
    if ("missing" in peer) missing.push(`Missing peer ${peer.name}: install it with  ${peer.missing}`);
    else found.push(peer);
  }
  return { found, missing };
}

function parseOptions(given: MeasureArguments): Omit<MeasureOptions, "log"> {
  const positive = (name: "rounds" | "turn-millis"): number => {
    const value = Number(given[name]);
    if (!(value > 0)) throw new RangeError(`--${name} must be a number above 0, got "${given[name]}"`);
    return value;
  };
  return {
    rounds: positive("rounds"),
    turnMillis: positive("turn-millis"),
    provider: given.provider,
    threads: Number(given.threads),
  };
}

/** Rows of an earlier report; none where there is no such file. */
function readRows(file: string | undefined): readonly Pick<Row, "size">[] {
  return file && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Row[]) : [];
}

/**
 * Measures one workload after the other, prints tables and writes the JSON report after each, so that a run that
 * is cut short leaves what it measured. What the report holds of other workloads stays.
 *
 * @param peersOf which of the installed peers a workload is compared with
 */
export async function measureAll(
  workloads: readonly Workload[],
  given: MeasureArguments,
  peersOf: (work: Workload) => readonly FoundPeer[],
): Promise<void> {
  const options = parseOptions(given);
  const labels = new Set(workloads.map(({ label }) => label));
  const kept = readRows(given.json).filter(({ size }) => !labels.has(size));
  const rows: Row[] = [];
  const reports = new Map<string, OwnReport>();
  for (const work of workloads) {
    const log = (text: string) => console.error(`[${work.label}] ${text}`);
    const { rows: measured, own } = await measureSize(work, peersOf(work), { ...options, log });
    rows.push(...measured);
    reports.set(work.label, own);
    if (given.json) {
      const json = rows.map((row) => ({ ...row, ...ownColumns(reports.get(row.size) as OwnReport) }));
      writeFileSync(given.json, `${JSON.stringify([...kept, ...json], null, 2)}\n`);
    }
  }
  console.log(`\n${formatRows(rows)}\n\n${formatOwn([...reports.values()])}`);
}

const ownColumns = (own: OwnReport) => ({
  neededGigaflop: own.neededGigaflop,
  executedGigaflop: own.executedGigaflop,
  ourGflops: own.gigaflops,
  sgemmPeak: own.sgemm,
  peakShare: own.peakShare,
  overhead: own.overhead,
  compileMs: own.compileMs,
});
