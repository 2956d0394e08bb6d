import { basename, extname, join, resolve } from "node:path";
import { Option } from "commander";
import { encodeSafetensors, readVariables } from "../checkpoint/index.js";
import type { TensorRecord } from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import { exportOnnx } from "../node/index.js";
import { writeWhole } from "../node/write-whole.js";
import { encodePretrained, type PretrainedFacts } from "../pretrained/index.js";
import { namedAverages, namedWeights, type Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { type LoadedModel, loadModel, type ModelFlags, modelOptions } from "./load-model.js";
import { parseWhole } from "./parse-whole.js";

const formats = ["onnx", "safetensors", "pretrained"] as const;

/** Flags of `export`. */
export interface ExportFlags extends ModelFlags {
  out: string;
  format?: (typeof formats)[number];
  network?: string;
  layout?: string;
  batch?: string;
  json?: boolean;
}

export const exportOptions = [
  backendOption(),
  ...modelOptions(),
  new Option(
    "--out <path>",
    "where to write: .onnx or .safetensors; for --format pretrained a folder",
  ).makeOptionMandatory(),
  new Option(
    "--format <name>",
    "onnx: a network to run; safetensors: averaged weights; pretrained: a folder for --pretrained, named like its preset. Default: as --out ends",
  ).choices(formats),
  new Option(
    "--network <name>",
    "which network as ONNX; default: the first, normally the averaged generator",
  ),
  new Option("--layout <order>", "how pictures lie in the ONNX file; default: nhwc").choices([
    "nhwc",
    "nchw",
  ]),
  new Option("--batch <number>", "examples in a run of the ONNX file; default: any number"),
  new Option("--json", "for machines"),
];

/**
 * Writes a run's averaged networks as safetensors, float32, names as in the module tree, or one of its networks
 * as ONNX.
 *
 * @returns The exit code.
 * @throws CheckpointError when the file cannot be written.
 */
export async function runExport<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(definition: CliDefinition<Network, Batch, Model, V>, flags: ExportFlags): Promise<number> {
  const format =
    flags.format ??
    (["onnx", "safetensors"] as const).find((name) => extname(flags.out).toLowerCase() === `.${name}`);
  if (format === undefined) {
    throw new ConfigError(
      "core",
      `--out must end in .onnx or .safetensors, got ${flags.out}. Or give --format.`,
    );
  }
  if (format !== "onnx") refuseOnnxFlags(flags, format);
  const loaded = await loadModel(definition, flags);
  const { imagesSeen, config } = loaded;
  if (format === "pretrained") return exportPretrained(definition, loaded, flags);
  const metadata = { imagesSeen: String(imagesSeen), config: JSON.stringify(config) };
  const { bytes, ...facts } =
    format === "onnx"
      ? await writeOnnx(loaded, flags, metadata)
      : await writeSafetensors(loaded.variant, metadata);
  await writeWhole(flags.out, bytes);
  const report = { file: flags.out, format, bytes: bytes.length, imagesSeen, ...facts };
  if (flags.json) console.log(JSON.stringify(report, null, 2));
  else console.log([`${flags.out}: ${(bytes.length / 1e6).toFixed(1)} MB`, ...describe(facts)].join("\n"));
  return exitCodes.success;
}

function refuseOnnxFlags(flags: ExportFlags, format: string): void {
  for (const flag of ["network", "layout", "batch"] as const) {
    if (flags[flag] === undefined) continue;
    throw new ConfigError("core", `--${flag} is for --format onnx, got it for ${format}. Leave it out.`);
  }
}

async function writeSafetensors(variant: Variant, metadata: Record<string, string>) {
  const averages = namedAverages(variant);
  const tensors = await readVariables(averages.size > 0 ? averages : namedWeights(variant));
  return { bytes: encodeSafetensors(tensors, { variant: variant.name, layout: "NHWC", ...metadata }) };
}

async function writeOnnx(
  { variant }: Pick<LoadedModel<Variant, unknown>, "variant">,
  { network, layout, batch }: ExportFlags,
  metadata: Record<string, string>,
) {
  return exportOnnx(variant, {
    network,
    layout: layout?.toUpperCase() as "NHWC" | "NCHW" | undefined,
    batch: batch === undefined ? undefined : parseWhole("--batch", batch, 1),
    metadata,
  });
}

type Facts = Partial<Omit<Awaited<ReturnType<typeof exportOnnx>>, "bytes">>;

/** What a user of the file must know. */
function describe({ network, layout, inputs, outputs, largestDifference, fixedBecause }: Facts): string[] {
  if (network === undefined) return [];
  const list = (tensors: { name: string; shape: (number | "batch")[] }[] = []) =>
    tensors.map(({ name, shape }) => `${name} [${shape.join(", ")}]`).join(", ");
  return [
    `${network}, ${layout}: ${list(inputs)} → ${list(outputs)}`,
    ...(fixedBecause === undefined ? [] : [`One example in a run: ${fixedBecause}.`]),
    `Tried in ONNX Runtime: differs from this library by at most ${largestDifference?.toExponential(1)}`,
  ];
}

/** Writes what `--pretrained` reads into a folder that is called like the preset. */
async function exportPretrained<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(
  definition: CliDefinition<Network, Batch, Model, V>,
  { variant, config, imagesSeen, folder, score }: LoadedModel<V, Model>,
  { out, json }: ExportFlags,
): Promise<number> {
  const preset = basename(resolve(out));
  const files = await encodePretrained(variant as unknown as Variant<string, never>, {
    preset,
    config: config as unknown as PretrainedFacts["config"],
    imagesSeen,
    score,
  });
  const more = (await definition.pretrainedFiles?.(variant, folder)) ?? [];
  const sizes: Record<string, number> = {};
  for (const [name, bytes] of [...files, ...more]) {
    await writeWhole(join(out, name), bytes);
    sizes[name] = bytes.length;
  }
  const report = { folder: out, format: "pretrained", preset, imagesSeen, files: sizes };
  const lines = Object.entries(sizes).map(
    ([name, bytes]) => `${join(out, name)}: ${(bytes / 1e6).toFixed(2)} MB`,
  );
  console.log(json ? JSON.stringify(report, null, 2) : lines.join("\n"));
  return exitCodes.success;
}
