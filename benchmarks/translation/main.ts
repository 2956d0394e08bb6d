/**
 * Milliseconds of a training step of the packages @gan/pix2pix and @gan/cyclegan, through the trainer, against the
 * same networks in PyTorch, in turn:
 *
 *     pnpm --filter @gan/benchmarks bench:translation [--networks pix2pix-64x1x32,cyclegan-64x1x32] [--rounds 3]
 *         [--steps 10] [--settings "eager;channels-last"] [--json translation/results/steps.json]
 *
 * A network is PIXELSxBATCHxFEATURES. PyTorch runs at the fastest of the settings that are tried (also `compile` and
 * `compile,channels-last`), with two threads, its discriminators frozen while the generators learn.
 */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parseNetwork } from "./parse-network.js";

const { values } = parseArgs({
  options: {
    networks: { type: "string", default: "pix2pix-64x1x32,cyclegan-64x1x32" },
    rounds: { type: "string", default: "3" },
    steps: { type: "string", default: "10" },
    settings: { type: "string", default: "eager;channels-last;compile;compile,channels-last" },
    json: { type: "string" },
  },
});
const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const python = process.env.GAN_PEER_TORCH ?? local("../peers/.venv/torch/bin/python");
if (!existsSync(python)) {
  console.error("PyTorch is not installed for benchmarks. Run: node benchmarks/peers/install.mjs torch");
  process.exit(1);
}
const threads = Math.min(2, availableParallelism());

interface Turn {
  version: string;
  setting: string;
  medianMilliseconds: number;
  nodes?: number;
}

function run(file: string, args: readonly string[], environment: NodeJS.ProcessEnv): Turn {
  const done = spawnSync(file, args, { encoding: "utf8", env: environment, maxBuffer: 2 ** 24 });
  const line = done.stdout.split("\n").find((text) => text.startsWith("{"));
  if (done.status !== 0 || line === undefined) throw new Error(`${file} failed:\n${done.stderr}`);
  return JSON.parse(line) as Turn;
}

const runOurs = (network: string) => {
  const script = ["--import", "tsx", local("./ours.ts"), "--network", network, "--threads", String(threads)];
  return run(process.execPath, [...script, "--rounds", values.steps], process.env);
};
const runTorch = (text: string, setting: string) => {
  const { network, size, batch, features } = parseNetwork(text);
  const sizes = { size, batch, features, threads, rounds: Number(values.steps) };
  const flags = setting.split(",").filter((name) => name !== "eager");
  const script = [
    local(`../peers/${network}_step_torch.py`),
    ...Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...flags.map((name) => `--${name}`),
  ];
  return run(python, script, { ...process.env, OMP_NUM_THREADS: String(threads) });
};
const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1] as number;

const rows = values.networks.split(",").map((network) => {
  const tried = values.settings.split(";").map((setting) => {
    const { medianMilliseconds } = runTorch(network, setting);
    console.log(`${network}: torch, ${setting}: ${medianMilliseconds.toFixed(1)} ms`);
    return { setting, millis: medianMilliseconds };
  });
  const best = tried.reduce((least, trial) => (trial.millis < least.millis ? trial : least));
  const turns = Array.from({ length: Number(values.rounds) }, () => {
    const turn = { ours: runOurs(network), torch: runTorch(network, best.setting) };
    const [ours, torch] = [turn.ours.medianMilliseconds, turn.torch.medianMilliseconds];
    console.log(`${network}: ours ${ours.toFixed(1)} ms, torch ${torch.toFixed(1)} ms`);
    return { ...turn, ratio: torch / ours };
  });
  const [first] = turns as [(typeof turns)[number]];
  return {
    network,
    threads,
    oursMs: median(turns.map(({ ours }) => ours.medianMilliseconds)),
    oursNodes: first.ours.nodes,
    torchMs: median(turns.map(({ torch }) => torch.medianMilliseconds)),
    torchVersion: first.torch.version,
    torchSetting: first.torch.setting,
    torchSettingsTried: tried,
    ratio: median(turns.map(({ ratio }) => ratio)),
    ratios: turns.map(({ ratio }) => ratio),
  };
});
console.table(rows, ["network", "oursMs", "torchMs", "torchSetting", "ratio"]);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
