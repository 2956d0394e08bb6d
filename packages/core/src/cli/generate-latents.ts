import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { concat, dispose, slice, type Tensor4D } from "@tensorflow/tfjs-core";
import { Option } from "commander";
import { decodeSafetensors } from "../checkpoint/index.js";
import type { TensorRecord } from "../data/index.js";
import { ConfigError, DataError } from "../errors/index.js";
import type { Variant } from "../train/index.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import type { GenerateFlags } from "./generate-command.js";
import { planForm } from "./generate-plan.js";
import { loadModel } from "./load-model.js";
import { parseTruncation } from "./parse-truncation.js";
import { writePictures } from "./write-pictures.js";

/** `--latent`, for variants whose own commands save latents. */
export const latentOption = () =>
  new Option("--latent <files...>", "pictures of saved latents instead of seeds");

/**
 * Writes the pictures of saved latents.
 *
 * @returns The exit code.
 */
export async function runGenerateLatents<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(
  definition: CliDefinition<Network, Batch, Model, V>,
  flags: GenerateFlags & { latent: string[] },
): Promise<number> {
  const others = (["count", "seeds", "interpolate", "class", "grid"] as const).filter(
    (name) => flags[name] !== undefined,
  );
  if (others.length > 0) {
    const named = others.map((name) => `--${name}`).join(", ");
    throw new ConfigError("core", `--latent says which pictures are made: leave out ${named}.`);
  }
  const form = planForm(flags);
  const truncation = parseTruncation(flags.truncation);
  const { variant, imagesSeen } = await loadModel(definition, flags);
  const sample = definition.sampleLatents as NonNullable<typeof definition.sampleLatents>;
  const batches: Tensor4D[] = [];
  const names: string[] = [];
  for (const file of flags.latent) {
    const images = await sample(variant, await readLatents(file), file, { truncation });
    batches.push(images);
    const name = basename(file, extname(file));
    const count = images.shape[0];
    names.push(...(count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}-${index}`)));
  }
  const all = concat(batches, 0);
  dispose(batches);
  const [, height, width, channels] = all.shape;
  const files = await writePictures({ ...form, names }, flags.out, (first, count) =>
    slice(all, [first, 0, 0, 0], [count, height, width, channels]),
  );
  all.dispose();
  const report = { pictures: names.length, form: form.form, truncation, imagesSeen, files };
  console.log(flags.json ? JSON.stringify(report) : `${names.length} pictures of latents: ${flags.out}`);
  return exitCodes.success;
}

/** The tensors of a file of latents. */
async function readLatents(file: string) {
  const bytes = await readFile(file).catch((cause: Error) => {
    throw new DataError("core", `cannot read the latent ${file}: ${cause.message}.`, { cause });
  });
  return decodeSafetensors(bytes, file);
}
