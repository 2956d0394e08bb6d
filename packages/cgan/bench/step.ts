/**
 * Images per second of the preset `mnist-32` against the same networks, losses and Adam in PyTorch, in turn, PyTorch
 * at the fastest of five settings of threads, channels-last and torch.compile:
 *
 *     pnpm --filter @gan/cgan bench:step [--rounds 5] [--steps 100] [--projection] [--json bench/results/step.json]
 *
 * Ours does all that training does: it loads pictures, draws noise, averages the generator, reads its measures. PyTorch
 * gets one batch of random pictures and keeps no average.
 */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    steps: { type: "string", default: "100" },
    projection: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const batch = 32;
const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const peers = "../../../benchmarks/peers/";
const python = process.env.GAN_PEER_TORCH ?? local(`${peers}.venv/torch/bin/python`);
if (!existsSync(python)) {
  console.error("PyTorch is not installed for benchmarks. Run: node benchmarks/peers/install.mjs torch");
  process.exit(1);
}

interface Turn {
  version: string;
  threads: number;
  setting: string;
  medianMilliseconds: number;
}

const told = values.projection ? ["--projection"] : [];

function run(file: string, args: readonly string[], threads?: number): Turn {
  const env = threads === undefined ? process.env : { ...process.env, OMP_NUM_THREADS: String(threads) };
  const done = spawnSync(file, [...args, ...told], { encoding: "utf8", env, maxBuffer: 2 ** 24 });
  const line = done.stdout.split("\n").find((text) => text.startsWith("{"));
  if (done.status !== 0 || line === undefined) throw new Error(`${file} failed:\n${done.stderr}`);
  return JSON.parse(line) as Turn;
}

const runOurs = () =>
  run(process.execPath, ["--import", "tsx", local("./our-step.ts"), "--rounds", values.steps]);
const runTorch = (threads: number, options: readonly string[], steps = values.steps) => {
  const script = [local(`${peers}cgan_step_torch.py`), "--batch", String(batch), "--rounds", steps];
  return run(python, [...script, "--threads", String(threads), ...options], threads);
};
const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1] as number;
const rate = (milliseconds: number) => Math.round((batch * 1000) / milliseconds);

const load = loadavg()[0];
const settings: [number, string[]][] = [
  [2, ["--channels-last"]],
  [1, ["--channels-last"]],
  [2, []],
  [2, ["--compile"]],
  [2, ["--compile", "--channels-last"]],
];
const trials = settings.map(([threads, options]) => {
  const { medianMilliseconds, setting } = runTorch(threads, options, "40");
  console.log(`torch, ${threads} threads, ${setting}: ${medianMilliseconds.toFixed(2)} ms`);
  return { threads, options, setting, medianMilliseconds };
});
const best = trials.reduce((least, one) => (one.medianMilliseconds < least.medianMilliseconds ? one : least));
const turns: { ours: Turn; torch: Turn }[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const turn = { ours: runOurs(), torch: runTorch(best.threads, best.options) };
  turns.push(turn);
  const [ours, torch] = [turn.ours.medianMilliseconds, turn.torch.medianMilliseconds];
  console.log(`round ${round + 1}: ours ${ours.toFixed(2)} ms, torch ${torch.toFixed(2)} ms`);
}
const oursMs = median(turns.map(({ ours }) => ours.medianMilliseconds));
const torchMs = median(turns.map(({ torch }) => torch.medianMilliseconds));
const { ours, torch } = turns[0] as (typeof turns)[number];
const report = {
  preset: "mnist-32",
  condition: values.projection ? "projection and conditional batch norm" : "concatenation",
  batch,
  processor: `${cpus().length} × ${cpus()[0]?.model}`,
  loadAtStart: load,
  ours: { threads: ours.threads, milliseconds: oursMs, imagesPerSecond: rate(oursMs) },
  torch: {
    version: torch.version,
    threads: torch.threads,
    setting: torch.setting,
    milliseconds: torchMs,
    imagesPerSecond: rate(torchMs),
    tried: trials.map(({ threads, setting, medianMilliseconds }) => ({
      threads,
      setting,
      medianMilliseconds,
    })),
  },
  ratio: median(turns.map((turn) => turn.torch.medianMilliseconds / turn.ours.medianMilliseconds)),
};
console.log(JSON.stringify(report, null, 2));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
