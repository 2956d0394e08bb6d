import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Option } from "commander";
import { encodeSafetensors, readVariables } from "../checkpoint/index.js";
import type { TensorRecord } from "../data/index.js";
import { CheckpointError } from "../errors/index.js";
import { namedAverages, type Variant } from "../train/index.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { loadModel } from "./load-model.js";

/** Flags of `export`. */
export interface ExportFlags {
  from: string;
  out: string;
}

export const exportOptions = [
  new Option("--from <run>", "folder of a training run").makeOptionMandatory(),
  new Option("--out <file.safetensors>", "where to write the averaged weights").makeOptionMandatory(),
];

/**
 * Writes the averaged networks of a run as safetensors, float32, names as in the module tree.
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
  const { variant, checkpoint } = await loadModel(definition, flags.from);
  const { trainer, config } = checkpoint.state;
  const bytes = encodeSafetensors(await readVariables(namedAverages(variant)), {
    variant: definition.name,
    layout: "NHWC",
    imagesSeen: String(trainer.imagesSeen),
    config: JSON.stringify(config),
  });
  const partial = `${flags.out}.partial-${process.pid}`;
  try {
    await mkdir(dirname(flags.out), { recursive: true });
    await writeFile(partial, bytes);
    await rename(partial, flags.out);
  } catch (cause) {
    throw new CheckpointError("core", `cannot write ${flags.out}: ${(cause as Error).message}.`, { cause });
  }
  console.log(`${flags.out}: ${(bytes.length / 1e6).toFixed(1)} MB`);
  return exitCodes.success;
}
