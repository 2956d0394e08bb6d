/**
 * FID from stored features against numpy and scipy, in turn, on one machine:
 *
 *     GAN_PEER_PYTHON=.venv/bin/python pnpm --filter @gan/core bench [--rounds 3] [--seconds 280]
 *
 * The Python needs numpy and scipy. Features are seeded, of ReLUs as Inception's are. No round begins that would not
 * end within the seconds. Writes `results/fid.json`; `pnpm --filter @gan/core readme` puts it into the README.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Random } from "@gan/core";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "280" },
    count: { type: "string", default: "10000" },
    size: { type: "string", default: "2048" },
    out: { type: "string", default: fileURLToPath(new URL("results/fid.json", import.meta.url)) },
  },
});
const [rounds, count, size] = [flags.rounds, flags.count, flags.size].map(Number) as [number, number, number];
const python = process.env["GAN_PEER_PYTHON"] ?? "python3";
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Timing {
  fid: number;
  statisticsSeconds: number;
  distanceSeconds: number;
  peakMegabytes: number;
  numpy?: string;
  scipy?: string;
}

/** max(0, z·A/4 + ε/4 + shift) with 16 hidden causes: correlated, sparse features. */
function drawFeatures(seed: number, shift: number): Float32Array {
  const hidden = 16;
  const mixing = new Random(1).normals(hidden * size);
  const random = new Random(seed);
  const features = new Float32Array(count * size);
  for (let row = 0; row < count; row++) {
    const causes = random.normals(hidden);
    const noise = random.normals(size);
    for (let column = 0; column < size; column++) {
      let value = (noise[column] as number) + shift;
      for (let cause = 0; cause < hidden; cause++) {
        value += ((causes[cause] as number) * (mixing[cause * size + column] as number)) / 4;
      }
      features[row * size + column] = Math.max(0, value / 4);
    }
  }
  return features;
}

function runOnce(command: string, args: readonly string[]): Timing {
  const env = { ...process.env, GAN_ORT_THREADS: String(cpus().length) };
  const done = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1e8, env });
  if (done.status !== 0)
    throw new Error(`${command} ended with ${done.status}: ${done.stderr ?? done.error}`);
  return JSON.parse(done.stdout.trim().split("\n").at(-1) as string) as Timing;
}

const begin = performance.now();
const elapsed = () => (performance.now() - begin) / 1000;
const load = loadavg()[0];
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
const secondsOf = ({ statisticsSeconds, distanceSeconds }: Timing) => statisticsSeconds + distanceSeconds;

function summarize(timings: Readonly<Record<string, Timing[]>>) {
  const summary = Object.fromEntries(
    Object.entries(timings).map(([name, runs]) => [
      name,
      {
        seconds: median(runs.map(secondsOf)),
        statisticsSeconds: median(runs.map((run) => run.statisticsSeconds)),
        distanceSeconds: median(runs.map((run) => run.distanceSeconds)),
        peakMegabytes: Math.round(median(runs.map((run) => run.peakMegabytes))),
        fid: runs[0]?.fid,
      },
    ]),
  );
  const { numpy, scipy } = timings["scipy sqrtm"]?.[0] ?? {};
  const machine = {
    cpu: cpus()[0]?.model,
    threads: cpus().length,
    load,
    node: process.version,
    numpy,
    scipy,
  };
  return { count, size, machine, summary, timings };
}

const folder = mkdtempSync(join(tmpdir(), "gan-bench-"));
try {
  const files = (["real", "fake"] as const).map((name, index) => {
    const path = join(folder, `${name}.f32`);
    writeFileSync(path, drawFeatures(index + 2, 0.1 * index));
    return path;
  });
  const data = [...files, String(count), String(size)];
  const contenders: Record<string, () => Timing> = {
    gan: () => runOnce(process.execPath, ["--import", "tsx", here("fid-once.ts"), ...data]),
    "scipy sqrtm": () => runOnce(python, [here("fid_peer.py"), ...data, "sqrtm"]),
    "scipy eigvals": () => runOnce(python, [here("fid_peer.py"), ...data, "eigvals"]),
  };
  const timings: Record<string, Timing[]> = {};
  let longest = 0;
  for (let round = 0; round < rounds && elapsed() + longest < Number(flags.seconds); round++) {
    const start = elapsed();
    for (const [name, measure] of Object.entries(contenders)) {
      const timing = measure();
      timings[name] = [...(timings[name] ?? []), timing];
      console.error(`round ${round + 1}, ${name}: ${secondsOf(timing).toFixed(2)} s, FID ${timing.fid}`);
    }
    longest = Math.max(longest, elapsed() - start);
    writeFileSync(flags.out, `${JSON.stringify(summarize(timings), null, 2)}\n`);
  }
  console.log(JSON.stringify(summarize(timings).summary, null, 2));
} finally {
  rmSync(folder, { recursive: true });
}
