/**
 * Inception's features, images a second, in turn with the same network and weights in PyTorch on this CPU:
 *
 *     GAN_PEER_PYTHON=.venv/bin/python pnpm --filter @gan/core bench:inception [--rounds 5] [--batch 16]
 *
 * The Python needs torch, torchvision and pytorch-fid. Pictures are 299 × 299 already. PyTorch runs in both memory
 * formats, and the faster one counts. No round begins that would not end within 280 seconds. Writes
 * `results/inception.json`; `pnpm --filter @gan/core readme` puts it into the README.
 */
import "@gan/backend-ort";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setBackend } from "@tensorflow/tfjs-core";
import { Random } from "../src/index.js";
import { compileNetwork } from "../src/metrics/create-extractor.js";
import { createInception } from "../src/metrics/networks/inception.js";
import { readTorchWeights } from "../src/node/index.js";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    batch: { type: "string", default: "16" },
    seconds: { type: "string", default: "280" },
    threads: { type: "string", default: String(cpus().length) },
  },
});
const [rounds, batch] = [Number(flags.rounds), Number(flags.batch)];
process.env["GAN_ORT_THREADS"] = flags.threads;
const [begin, load] = [performance.now(), loadavg()[0]];
const elapsed = () => (performance.now() - begin) / 1000;

const folder = mkdtempSync(join(tmpdir(), "gan-inception-"));
const [weightsPath, picturesPath] = [join(folder, "weights.pth"), join(folder, "pictures.f32")];
const pictures = new Random(3).uniforms(batch * 299 * 299 * 3).map((value) => 2 * value - 1);
writeFileSync(picturesPath, pictures);

const script = fileURLToPath(new URL("inception_peer.py", import.meta.url));
const python = process.env["GAN_PEER_PYTHON"] ?? "python3";
const peer = spawn(python, [script, weightsPath, picturesPath, flags.batch, flags.threads], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
const hear = async () => {
  const { value, done } = await answers.next();
  if (done) throw new Error(`${python} ended; it needs torch, torchvision and pytorch-fid`);
  return JSON.parse(value);
};
const ask = async (
  format: string,
): Promise<{ seconds: number; features: number[]; peakMegabytes: number }> => {
  peer.stdin.write(`${format}\n`);
  return hear();
};

try {
  const { torch } = await hear();
  await setBackend("ort");
  const start = performance.now();
  const network = createInception(
    await readTorchWeights(readFileSync(weightsPath), weightsPath),
    weightsPath,
  );
  const loadSeconds = (performance.now() - start) / 1000;
  const source = compileNetwork(network, { name: "inception", inputSize: 299, channels: 3 });
  const run = async () => {
    const start = performance.now();
    const { features } = await source.run(pictures, batch);
    return { seconds: (performance.now() - start) / 1000, features };
  };
  const first = await run(); // compiles
  const expected = (await ask("contiguous")).features;
  await ask("channels-last");
  const error = Math.max(
    ...expected.map((value, index) => Math.abs(value - (first.features[index] as number))),
  );
  const largest = Math.max(...expected.map(Math.abs));
  if (!(error <= 1e-4 * largest)) throw new Error(`features differ by ${error} of ${largest}`);

  const times = { ours: [] as number[], contiguous: [] as number[], channelsLast: [] as number[] };
  let peerPeak = 0;
  let longest = 0;
  for (let round = 0; round < rounds && elapsed() + longest < Number(flags.seconds); round++) {
    const roundBegin = elapsed();
    times.ours.push((await run()).seconds);
    times.contiguous.push((await ask("contiguous")).seconds);
    times.ours.push((await run()).seconds);
    const last = await ask("channels-last");
    times.channelsLast.push(last.seconds);
    peerPeak = last.peakMegabytes;
    longest = Math.max(longest, elapsed() - roundBegin);
  }
  const rate = (list: readonly number[]) =>
    batch / (list.toSorted((a, b) => a - b)[list.length >> 1] as number);
  const rates = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, rate(list)]));
  const best = Math.max(rates["contiguous"] as number, rates["channelsLast"] as number);
  const result = {
    machine: { cpu: cpus()[0]?.model, threads: Number(flags.threads), load, node: process.version, torch },
    batch,
    rounds: times.contiguous.length,
    imagesPerSecond: rates,
    ratio: (rates["ours"] as number) / best,
    relativeError: error / largest,
    peakMegabytes: { ours: Math.round(process.resourceUsage().maxRSS / 1024), torch: Math.round(peerPeak) },
    loadSeconds,
    compileSeconds: first.seconds,
  };
  mkdirSync(new URL("results", import.meta.url), { recursive: true });
  writeFileSync(new URL("results/inception.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
  console.log(result);
  source.dispose();
} finally {
  peer.stdin.end();
  rmSync(folder, { recursive: true });
}
