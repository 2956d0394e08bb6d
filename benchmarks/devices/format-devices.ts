import { formatTable } from "../../tools/readme-sections.js";
import { predictMillis } from "../suite/roofline.js";
import type { DeviceReport, DeviceRow, Provider } from "./rows.js";

const titles: Readonly<Record<Provider, string>> = { cpu: "processor", webgpu: "WebGPU", cuda: "CUDA" };

/** What the roofline model makes of a row with the peaks that the same machine measured. */
export function predictRow(row: DeviceRow, { peaks }: Pick<DeviceReport, "peaks">): number | undefined {
  const { gigaflop, bytes, nodes } = row;
  const known = peaks[row.provider];
  if (known === undefined || gigaflop === undefined || bytes === undefined || nodes === undefined)
    return undefined;
  return predictMillis({ gigaflop, bytes, nodes }, known);
}

/** A machine's steps, settings and trainings as Markdown. */
export function formatDevices(report: DeviceReport): string {
  const { machine, peaks, rows, settings, trainings = [] } = report;
  const { card, driver, cores, processor, node, onnxruntime } = machine;
  const steps = formatTable(
    [
      "step",
      "batch",
      "on",
      "ms",
      "images/s",
      "nodes",
      "predicted, ms",
      "first step, s",
      "losses beside the processor's",
    ],
    rows.map((row) => [
      row.case,
      String(row.batch),
      titles[row.provider],
      row.stepMs?.toFixed(1) ?? row.problem ?? "–",
      row.imagesPerSecond?.toFixed(0) ?? "–",
      row.nodes?.toFixed(0) ?? "–",
      predictRow(row, report)?.toFixed(1) ?? "–",
      row.firstSeconds?.toFixed(1) ?? "–",
      row.lossDifference?.map((difference) => difference.toExponential(0)).join(", ") ?? "–",
    ]),
  );
  const measured = Object.entries(peaks).map(
    ([provider, { gflops, gigabytesPerSecond, nodeMicros }]) =>
      `${titles[provider as Provider]}: ${(gflops / 1000).toFixed(1)} TFLOP/s, ${gigabytesPerSecond.toFixed(0)} GB/s, ${nodeMicros.toFixed(1)} µs a node`,
  );
  const tried = Object.entries(settings?.stepMs ?? {}).map(([setting, times]) => [
    setting,
    times.map((time) => time.toFixed(1)).join(", "),
  ]);
  return [
    `${card ?? "No graphics card"}${driver === null ? "" : `, driver ${driver}`}; ${cores} cores of ${processor}; Node.js ${node.slice(1)}, ONNX Runtime ${onnxruntime}.`,
    steps,
    `Measured peaks. ${measured.join("; ")}.`,
    ...(settings === undefined
      ? []
      : [formatTable([`${settings.case}, ${titles[settings.provider]}`, "ms of a step, by process"], tried)]),
    ...trainings.map(
      ({ gan, preset, provider, images, imagesPerSecond }) =>
        `\`gan-${gan} train --config ${preset}\` on ${titles[provider]}: ${images.toLocaleString("en")} images at ${imagesPerSecond} images/s.`,
    ),
  ].join("\n\n");
}
