/**
 * Times the variants' training steps on several providers of ONNX Runtime and at several batches, compares their losses, and measures what
 * the roofline model needs of each provider:
 *
 *     pnpm --filter @gan/benchmarks bench:devices --providers cpu,webgpu --json results/devices/NAME.json
 *         [--cases dcgan-mnist-32,stylegan-lite-avatars-64@8@32] [--seconds 2] [--limit 60] [--threads N]
 *
 * A case, default the first of each variant, is followed by its batches (`@32`), default its own. Each step runs in a process of its own that is ended after `--limit` seconds. The
 * file is written after each row; a second run replaces the rows that it measures and keeps the others of the same machine.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine } from "../suite/conditions.js";
import type { MachinePeaks } from "../suite/rows.js";
import { runScript } from "../suite/run-script.js";
import { listCases } from "../throughput/cases.js";
import { compareLosses } from "./compare-losses.js";
import { describeCard } from "./describe-card.js";
import type { DeviceReport, DeviceRow, MeasuredStep, Provider, StepOrder } from "./rows.js";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((one) => one !== "--"),
  options: {
    providers: { type: "string", default: "cpu,webgpu" },
    cases: { type: "string" },
    seconds: { type: "string", default: "2" },
    limit: { type: "string", default: "60" },
    threads: { type: "string", default: "0" },
    json: { type: "string", default: "results/devices/this-machine.json" },
    "no-peaks": { type: "boolean", default: false },
  },
});
const measuring = fileURLToPath(new URL("measure-step.ts", import.meta.url));
const providers = values.providers.split(",") as Provider[];
const limits = { threads: Number(values.threads), limitSeconds: Number(values.limit) };
const known = await listCases();
/** The first step of each variant, which is that of a preset. */
const usual = known.filter(({ gan }, index) => known.findIndex((one) => one.gan === gan) === index);

/** What is asked for, looked up before anything is measured. */
const chosen = (values.cases?.split(",") ?? usual.map(({ name }) => name)).map((text) => {
  const [name = "", ...batches] = text.split("@");
  const gan = known.find((one) => one.name === name)?.gan;
  if (gan !== undefined) return { gan, name, batches };
  throw new RangeError(`--cases takes ${known.map((one) => one.name).join(", ")}; got ${name}`);
});

const machine: DeviceReport["machine"] = { ...describeMachine(), ...describeCard() };
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
      report.peaks[provider] = await runScript<MachinePeaks>("machine-peaks.ts", [provider], limits);
      console.error(provider, JSON.stringify(report.peaks[provider]));
    } catch (error) {
      console.error(`${provider}: ${(error as Error).message}`);
    }
    save();
  }
}
for (const { gan, name, batches } of chosen) {
  for (const batch of batches.length > 0 ? batches.map(Number) : [undefined]) {
    let reference: MeasuredStep["losses"] | undefined;
    for (const provider of providers) {
      const order: StepOrder = {
        ...{ gan, case: name, provider, seconds: Number(values.seconds) },
        ...(batch !== undefined && { batch }),
      };
      const row = { gan, case: name, provider, ...(batch !== undefined && { batch }) };
      try {
        const { losses, ...measured } = await runScript<MeasuredStep>(
          measuring,
          [JSON.stringify(order)],
          limits,
        );
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
