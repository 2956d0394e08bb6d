/**
 * Times a training step of every variant, as the trainer takes it, in turn with the same networks, losses and Adam in
 * the newest PyTorch at its best setting:
 *
 *     pnpm --filter @gan/benchmarks bench:throughput [--only dcgan-mnist-32,pix2pix] [--rounds 5] [--seconds 1]
 *         [--no-compile] [--peer torch] [--json results/throughput.json]
 *
 * `--peer tfjs-node` takes turns with the real tfjs-node instead (results/tfjs-node.json), which
 * `npm run tfjs-node -- install` builds.
 * `--no-compile` leaves out torch.compile, which takes minutes to try on two cores; its rows say so.
 * A name in `--only` chooses a case, or all whose names begin with it. Every case's row is written as it ends; rows of
 * other cases stay. `--list` names the cases.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { measureSize } from "../../packages/backend-ort/bench/measure-size.js";
import { type FoundPeer, findPeer } from "../../packages/backend-ort/bench/peers.js";
import { listCases, type ThroughputCase } from "./cases.js";
import { createWorkload } from "./create-workload.js";
import { formatThroughput } from "./format-throughput.js";
import { keepRow, type ThroughputRow } from "./rows.js";
import { findTfjsNode } from "./tfjs-node-peer.js";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "1" },
    json: { type: "string" },
    list: { type: "boolean", default: false },
    "no-compile": { type: "boolean", default: false },
    peer: { type: "string", default: "torch" },
  },
});

const cases = await listCases();

function chooseCases(only: string | undefined): readonly ThroughputCase[] {
  if (only === undefined) return cases;
  return only.split(",").flatMap((name) => {
    const exact = cases.filter((one) => one.name === name);
    const found = exact.length > 0 ? exact : cases.filter((one) => one.name.startsWith(name));
    if (found.length > 0) return found;
    throw new RangeError(`--only knows no ${name}. Cases: ${cases.map((one) => one.name).join(", ")}`);
  });
}

async function measureCase(one: ThroughputCase, peer: FoundPeer): Promise<ThroughputRow> {
  const { name, gan, about, side, batch, cycle } = one;
  const peers = one.isAlone ? [] : [one.isLong ? { ...peer, threads: [2] } : peer];
  const rounds = one.isAlone || one.isLong ? Math.min(3, Number(values.rounds)) : Number(values.rounds);
  const log = (text: string) => console.error(`[${name}] ${text}`);
  const options = { rounds, turnMillis: 1000 * Number(values.seconds), provider: "cpu", threads: 0, log };
  const { rows, own } = await measureSize(createWorkload(one), peers, options);
  const [row] = rows;
  const oursMs = own.oursMs / cycle;
  const sgemm = Math.max(own.sgemm.onnxRuntime ?? 0, own.sgemm.numpy ?? 0);
  return {
    case: name,
    gan,
    about,
    side,
    batch,
    oursMs,
    imagesPerSecond: (1000 * batch) / oursMs,
    secondsPerKimg: oursMs / batch,
    oursPeakMb: own.peakMemoryMB,
    gigaflop: own.executedGigaflop / cycle,
    gflops: own.gigaflops,
    sgemmGflops: sgemm,
    sgemmShare: own.peakShare,
    compileMs: own.compileMs,
    ...(row !== undefined && {
      peer: row.peer,
      peerVersion: row.peerVersion,
      peerThreads: row.peerThreads,
      peerSetting: row.setting,
      peerCompileTried: peer.candidates.some(({ costly }) => costly),
      peerMs: row.peerMs / cycle,
      ratio: row.ratio,
      ratioQuartiles: row.ratioQuartiles,
      peerPeakMb: row.peerPeakMemoryMB,
    }),
    processor: `${cpus().length} × ${cpus()[0]?.model}`,
  };
}

function findTorch(): FoundPeer {
  if (values.peer !== "torch") throw new RangeError(`--peer takes torch or tfjs-node, got ${values.peer}`);
  const found = findPeer("torch");
  if ("missing" in found) throw new Error(`PyTorch is needed: install it with  ${found.missing}`);
  const candidates = found.candidates.filter(({ costly }) => !(costly && values["no-compile"]));
  return { ...found, candidates };
}

if (values.list) for (const { name, about } of cases) console.log(`${name.padEnd(28)} ${about}`);
else {
  const chosen = chooseCases(values.only);
  const peer = values.peer === "tfjs-node" ? findTfjsNode() : findTorch();
  const rows: ThroughputRow[] = [];
  for (const one of chosen) {
    const row = await measureCase(one, peer);
    rows.push(row);
    if (values.json !== undefined) keepRow(values.json, row);
  }
  console.log(`\n${formatThroughput(rows)}`);
}
