/**
 * Images per second of the DCGAN preset `mnist-32` against the same networks, losses and Adam in PyTorch, in turn,
 * PyTorch at the fastest of 1 and 2 threads, channels-last and torch.compile:
 *
 *     pnpm --filter @gan/benchmarks bench [--rounds 5] [--json results/dcgan-preset.json]
 *
 * Ours does all that training does: it loads pictures, draws noise, averages the generator, reads its measures.
 * PyTorch gets one batch of random pictures and keeps no average.
 */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, json: { type: "string" } },
});
const batch = 32;
const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const python = process.env.GAN_PEER_TORCH ?? local("../peers/.venv/torch/bin/python");
if (!existsSync(python)) {
  console.error("PyTorch is not installed for benchmarks. Run: node benchmarks/peers/install.mjs torch");
  process.exit(1);
}

interface Turn {
  version: string;
  threads: number;
  setting: string;
  medianMilliseconds: number;
  nodes?: number;
}

function run(file: string, args: readonly string[], threads?: number): Turn {
  const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...environment } = process.env;
  const env = threads === undefined ? environment : { ...environment, OMP_NUM_THREADS: String(threads) };
  const done = spawnSync(file, args, { encoding: "utf8", env, maxBuffer: 2 ** 24 });
  const line = done.stdout.split("\n").find((text) => text.startsWith("{"));
  if (done.status !== 0 || line === undefined) throw new Error(`${file} failed:\n${done.stderr}`);
  return JSON.parse(line) as Turn;
}

const runOurs = () => run(process.execPath, ["--import", "tsx", local("./ours.ts"), "--rounds", "150"]);
const model = ["--size", "32", "--batch", String(batch), "--channels", "1", "--generator-features", "32"];
const runTorch = (threads: number, options: readonly string[]) => {
  const script = [local("../peers/dcgan_step_torch.py"), ...model, "--features", "16", "--track-statistics"];
  return run(python, [...script, "--threads", String(threads), ...options, "--rounds", "150"], threads);
};

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1] as number;
const rate = (millis: number) => (batch * 1000) / millis;

const trials = [2, 1].flatMap((threads) =>
  [[], ["--channels-last"], ["--compile"], ["--compile", "--channels-last"]].map((options) => {
    const turn = runTorch(threads, options);
    console.log(`torch ${threads} threads, ${turn.setting}: ${turn.medianMilliseconds.toFixed(2)} ms`);
    return { threads, options, millis: turn.medianMilliseconds };
  }),
);
const best = trials.reduce((least, trial) => (trial.millis < least.millis ? trial : least));
const turns: { ours: Turn; torch: Turn }[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const turn = { ours: runOurs(), torch: runTorch(best.threads, best.options) };
  turns.push(turn);
  const [ours, torch] = [turn.ours.medianMilliseconds, turn.torch.medianMilliseconds];
  console.log(`round ${round + 1}: ours ${ours.toFixed(2)} ms, torch ${torch.toFixed(2)} ms`);
}
const [oursMs, torchMs] = [
  median(turns.map(({ ours }) => ours.medianMilliseconds)),
  median(turns.map(({ torch }) => torch.medianMilliseconds)),
];
const { torch, ours } = turns[0] as (typeof turns)[number];
const report = {
  preset: "mnist-32",
  oursMs,
  oursImagesPerSecond: rate(oursMs),
  oursThreads: ours.threads,
  oursNodes: ours.nodes,
  peer: "torch",
  peerVersion: torch.version,
  peerThreads: torch.threads,
  peerSetting: torch.setting,
  peerMs: torchMs,
  peerImagesPerSecond: rate(torchMs),
  ratio: torchMs / oursMs,
};
console.table([report]);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
