import { rename, writeFile } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { Option } from "commander";
import { encodeSafetensors, readVariables } from "../checkpoint/index.js";
import type { TensorRecord } from "../data/index.js";
import { CheckpointError, ConfigError } from "../errors/index.js";
import { type BackendName, exportOnnx } from "../node/index.js";
import { makeFolder } from "../node/make-folder.js";
import { namedAverages, namedWeights, type Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { type LoadedModel, loadModel } from "./load-model.js";
import { parseWhole } from "./parse-whole.js";

const formats = ["onnx", "safetensors"] as const;

/** Flags of `export`. */
export interface ExportFlags {
  backend?: BackendName;
  from: string;
  out: string;
  format?: (typeof formats)[number];
  network?: string;
  layout?: string;
  batch?: string;
  json?: boolean;
}

export const exportOptions = [
  backendOption(),
  new Option("--from <run>", "folder of a training run").makeOptionMandatory(),
  new Option("--out <file>", "where to write: .onnx or .safetensors").makeOptionMandatory(),
  new Option(
    "--format <name>",
    "onnx: a network to run; safetensors: weights. Default: as --out ends",
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
  const format = flags.format ?? formats.find((name) => extname(flags.out).toLowerCase() === `.${name}`);
  if (format === undefined) {
    throw new ConfigError(
      "core",
      `--out must end in .onnx or .safetensors, got ${flags.out}. Or give --format.`,
    );
  }
  const loaded = await loadModel(definition, flags.from, flags.backend);
  const { trainer, config } = loaded.checkpoint.state;
  const metadata = { imagesSeen: String(trainer.imagesSeen), config: JSON.stringify(config) };
  const { bytes, ...facts } =
    format === "onnx"
      ? await writeOnnx(loaded, flags, metadata)
      : await writeSafetensors(loaded.variant, flags, metadata);
  await writeWhole(flags.out, bytes);
  const report = { file: flags.out, format, bytes: bytes.length, imagesSeen: trainer.imagesSeen, ...facts };
  if (flags.json) console.log(JSON.stringify(report, null, 2));
  else console.log([`${flags.out}: ${(bytes.length / 1e6).toFixed(1)} MB`, ...describe(facts)].join("\n"));
  return exitCodes.success;
}

async function writeSafetensors(variant: Variant, flags: ExportFlags, metadata: Record<string, string>) {
  for (const flag of ["network", "layout", "batch"] as const) {
    if (flags[flag] === undefined) continue;
    throw new ConfigError("core", `--${flag} is for --format onnx, got it for safetensors. Leave it out.`);
  }
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

/** The file appears complete or not at all. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    await makeFolder(dirname(path));
    await writeFile(partial, bytes);
    await rename(partial, path);
  } catch (cause) {
    throw new CheckpointError("core", `cannot write ${path}: ${(cause as Error).message}.`, { cause });
  }
}
