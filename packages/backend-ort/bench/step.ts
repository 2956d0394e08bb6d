/**
 * Times one DCGAN training step on the backend, in turn with the same step in other frameworks.
 *
 *     pnpm --filter @gan/backend-ort bench:step [--json FILE] [--rounds N] [--size 64x64x64,…] [--peers torch,debian,jax,tfjs-cpu]
 *         [--provider cpu] [--threads N] [--turn-millis N]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measureSize, type OwnReport, type Row } from "./measure-size.js";
import { type FoundPeer, findPeer, type PeerName, peerNames } from "./peers.js";
import { formatOwn, formatRows } from "./report.js";
import { defaultSizes, formatSize, parseSize } from "./sizes.js";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "7" },
    size: { type: "string", default: defaultSizes },
    peers: { type: "string", default: peerNames.join() },
    provider: { type: "string", default: "cpu" },
    threads: { type: "string", default: "0" },
    "turn-millis": { type: "string", default: "1000" },
  },
});

function positive(name: "rounds" | "turn-millis"): number {
  const value = Number(values[name]);
  if (!(value > 0)) throw new RangeError(`--${name} must be a number above 0, got "${values[name]}"`);
  return value;
}

const sizes = values.size.split(",").map(parseSize);
const names = values.peers.split(",").filter(Boolean);
const unknown = names.find((name) => !(peerNames as readonly string[]).includes(name));
if (unknown) throw new RangeError(`--peers takes ${peerNames.join(", ")}; got "${unknown}"`);
const found: FoundPeer[] = [];
const missing: string[] = [];
for (const peer of names.map((name) => findPeer(name as PeerName))) {
  if ("missing" in peer) missing.push(`Missing peer ${peer.name}: install it with  ${peer.missing}`);
  else found.push(peer);
}

const work = ({ pixels, batch, features }: (typeof sizes)[number]) => pixels ** 2 * batch * features ** 2;
const smallest = Math.min(...sizes.map(work));
const rows: Row[] = [];
const reports: OwnReport[] = [];
for (const text of missing) console.error(text);
for (const size of sizes) {
  const log = (text: string) => console.error(`[${formatSize(size)}] ${text}`);
  // tfjs-backend-cpu needs hundreds of seconds for a larger step.
  const peers = found.filter(({ name }) => name !== "tfjs-cpu" || work(size) === smallest);
  const { rows: measured, own } = await measureSize(size, peers, {
    rounds: positive("rounds"),
    turnMillis: positive("turn-millis"),
    provider: values.provider,
    threads: Number(values.threads),
    log,
  });
  rows.push(...measured);
  reports.push(own);
  // After each size, so that a run that is cut short leaves what it measured.
  if (values.json) {
    const extra = new Map(reports.map((report) => [report.size, report]));
    const json = rows.map((row) => {
      const { gigaflops, neededGigaflop, executedGigaflop, sgemm, peakShare, overhead, compileMs } =
        extra.get(row.size) as OwnReport;
      const own = {
        neededGigaflop,
        executedGigaflop,
        ourGflops: gigaflops,
        sgemmPeak: sgemm,
        peakShare,
        overhead,
      };
      return { ...row, ...own, compileMs };
    });
    writeFileSync(values.json, `${JSON.stringify(json, null, 2)}\n`);
  }
}
console.log(`\n${formatRows(rows)}\n\n${formatOwn(reports)}`);
for (const text of missing) console.log(`\n${text}`);
