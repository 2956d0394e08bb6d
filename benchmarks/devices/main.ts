/**
 * Times the variants' training steps on several providers of ONNX Runtime and at several batches, compares their losses, and measures what
 * the roofline model needs of each provider:
 *
 *     pnpm --filter @gan/benchmarks bench:devices --providers cpu,webgpu --json results/devices/NAME.json
 *         [--cases dcgan-mnist-32,stylegan-lite-avatars-64@8@32] [--seconds 2] [--limit 60] [--threads N]
 *
 * A case is followed by its batches (`@32`), default its own. Each step runs in a process of its own that is ended after `--limit` seconds. The
 * file is written after each row; a second run replaces the rows that it measures and keeps the others of the same machine.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { MachinePeaks } from "../suite/rows.js";
import { compareLosses } from "./compare-losses.js";
import { describeMachine } from "./describe-machine.js";
import type { DeviceReport, DeviceRow, MeasuredStep, Provider, StepOrder } from "./rows.js";

/** The presets, and batches that fill a graphics card. */
const usual = [
  "vanilla-mnist-28",
  "dcgan-mnist-32@32@256",
  "cgan-mnist-32",
  "pix2pix-openmoji-64@8@32",
  "cyclegan-noto-twemoji-64",
  "progan-avatars-32",
  "stylegan-lite-avatars-32",
  "stylegan-lite-avatars-64@8@32@128",
];

const { values } = parseArgs({
  args: process.argv.slice(2).filter((one) => one !== "--"),
  options: {
    providers: { type: "string", default: "cpu,webgpu" },
    cases: { type: "string", default: usual.join(",") },
    seconds: { type: "string", default: "2" },
    limit: { type: "string", default: "60" },
    threads: { type: "string", default: "0" },
    json: { type: "string", default: "results/devices/this-machine.json" },
    "no-peaks": { type: "boolean", default: false },
  },
});
const providers = values.providers.split(",") as Provider[];
const gans = ["vanilla", "dcgan", "cgan", "pix2pix", "cyclegan", "progan", "stylegan-lite"];

/** Runs a script and gives the last line of JSON that it prints. */
function run<Answer>(script: string, args: readonly string[]): Answer {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", path, ...args], {
    encoding: "utf8",
    timeout: 1000 * Number(values.limit),
    killSignal: "SIGKILL",
    env: { ...process.env, ...(values.threads !== "0" && { GAN_ORT_THREADS: values.threads }) },
  });
  const line = stdout.split("\n").findLast((text) => text.startsWith("{"));
  if (status === 0 && line !== undefined) return JSON.parse(line) as Answer;
  if (signal !== null) throw new Error(`ended by ${signal} after at most ${values.limit} s`);
  const said = stderr.split("\n").find((text) => /^(?:Uncaught )?\w*Error: /.test(text));
  throw new Error(said ?? stderr.trim().split("\n").at(-1) ?? `exit code ${status}`);
}

const machine = describeMachine();
const found = existsSync(values.json)
  ? (JSON.parse(readFileSync(values.json, "utf8")) as DeviceReport)
  : undefined;
const isSame = found?.machine.processor === machine.processor && found.machine.card === machine.card;
const report: DeviceReport = { format: 1, peaks: {}, rows: [], ...(isSame && found), machine };
function save(): void {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

function keep(row: DeviceRow): void {
  const isIt = (one: DeviceRow) =>
    one.case === row.case && one.batch === row.batch && one.provider === row.provider;
  report.rows = [...report.rows.filter((one) => !isIt(one)), row];
  save();
  const { stepMs, imagesPerSecond, lossDifference, nodes, problem } = row;
  console.error(
    `${row.case} ${row.batch ?? ""} ${row.provider}: ${problem ?? `${stepMs?.toFixed(2)} ms, ${imagesPerSecond?.toFixed(0)} images/s, ${nodes} nodes, losses ${lossDifference?.map((one) => one.toExponential(1)).join(" ") ?? "-"}, first ${row.firstSeconds?.toFixed(1)} s`}`,
  );
}

if (!values["no-peaks"]) {
  for (const provider of providers) {
    try {
      report.peaks[provider] = run<MachinePeaks>("../suite/machine-peaks.ts", [provider]);
      console.error(provider, JSON.stringify(report.peaks[provider]));
    } catch (error) {
      console.error(`${provider}: ${(error as Error).message}`);
    }
    save();
  }
}
for (const text of values.cases.split(",")) {
  const [name = "", ...batches] = text.split("@");
  const gan = gans.find((one) => name.startsWith(`${one}-`));
  if (gan === undefined) throw new RangeError(`--cases takes names of bench:throughput, got ${name}`);
  for (const batch of batches.length > 0 ? batches.map(Number) : [undefined]) {
    let reference: MeasuredStep["losses"] | undefined;
    for (const provider of providers) {
      const order: StepOrder = {
        ...{ gan, case: name, provider, seconds: Number(values.seconds) },
        ...(batch !== undefined && { batch }),
      };
      const row = { gan, case: name, provider, ...(batch !== undefined && { batch }) };
      try {
        const { losses, ...measured } = run<MeasuredStep>("measure-step.ts", [JSON.stringify(order)]);
        reference ??= losses;
        keep({
          ...row,
          ...measured,
          ...(provider !== providers[0] && { lossDifference: compareLosses(reference, losses) }),
        });
      } catch (error) {
        keep({ ...row, problem: (error as Error).message });
      }
    }
  }
}
