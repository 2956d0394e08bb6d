import { access, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CheckpointError } from "../errors/index.js";
import { withoutInitialValues } from "../nn/index.js";
import {
  createRestorer,
  type PretrainedFiles,
  pretrainedFile,
  type StoredVariant,
} from "../pretrained/index.js";
import type { Variant } from "../train/index.js";
import { restoreWeights } from "./checkpoint-folder.js";
import { findModel } from "./find-model.js";

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * The presets whose weights a package ships, by name.
 *
 * @param weightsFolder The package's `weights`, a folder for each preset.
 */
export async function listPretrained(weightsFolder: string): Promise<string[]> {
  const names = await readdir(weightsFolder).catch(() => [] as string[]);
  const found = await Promise.all(
    names.map((name) => exists(join(weightsFolder, name, pretrainedFile("generator")))),
  );
  return names.filter((_, index) => found[index]).sort();
}

/** Where the files of pretrained weights are. */
export interface PretrainedFolder {
  /** Absolute path, or relative to the working directory. */
  folder: string;
  /** The preset that they must be of. */
  preset: string;
}

/**
 * Finds shipped weights by their name, or a folder of weights by its path.
 *
 * @param scope The variant's name, for errors.
 * @throws CheckpointError, naming those that exist, when there are none.
 */
export async function findPretrained(
  scope: string,
  weightsFolder: string,
  nameOrFolder: string,
): Promise<PretrainedFolder> {
  const names = await listPretrained(weightsFolder);
  const isPath = /[/\\]/.test(nameOrFolder);
  const folder = isPath ? nameOrFolder : join(weightsFolder, nameOrFolder);
  const isThere = isPath
    ? await exists(join(folder, pretrainedFile("generator")))
    : names.includes(nameOrFolder);
  if (isThere) return { folder, preset: basename(folder) };
  throw new CheckpointError(
    scope,
    `there are no pretrained weights named ${nameOrFolder}. ${scope} has ${names.join(", ") || "none yet"}; or give a folder that export --format pretrained made.`,
  );
}

/**
 * Reads the files of pretrained weights.
 *
 * @param options `discriminator`: whether to read it too; default true.
 * @throws CheckpointError when one cannot be read.
 */
export async function readPretrainedFolder(
  { folder, preset }: PretrainedFolder,
  { discriminator = true }: { discriminator?: boolean } = {},
): Promise<PretrainedFiles & { source: string; preset: string }> {
  const read = (part: "generator" | "discriminator") => {
    const path = join(folder, pretrainedFile(part));
    return readFile(path).catch((cause: Error) => {
      throw new CheckpointError("core", `cannot read ${path}: ${cause.message}. Install the package again.`, {
        cause,
      });
    });
  };
  return {
    generator: await read("generator"),
    ...(discriminator && { discriminator: await read("discriminator") }),
    source: folder,
    preset,
  };
}

/** Loads a trained model of one variant. */
export type ModelLoader<V> = (nameOrFolder: string, options?: { best?: boolean }) => Promise<V>;

/**
 * Makes the function that loads a variant's trained models: shipped weights by name; or a folder, of weights or of a
 * training run.
 *
 * @param name The variant's.
 * @param weightsFolder Of its package.
 * @param create Builds the variant from the section `model` of a configuration.
 */
export function createModelLoader<V extends StoredVariant, Options>(
  name: string,
  weightsFolder: string,
  create: (options: Options) => V,
): ModelLoader<V> {
  const restore = createRestorer(name, create);
  return async (nameOrFolder, { best = false } = {}) => {
    const isRun = /[/\\]/.test(nameOrFolder) && (await exists(join(nameOrFolder, "checkpoints")));
    if (!isRun)
      return restore(await readPretrainedFolder(await findPretrained(name, weightsFolder, nameOrFolder)));
    const checkpoint = await findModel(name, nameOrFolder, { best });
    const { model } = checkpoint.state.config as { model: Options };
    const variant = withoutInitialValues(() => create(model));
    await restoreWeights(checkpoint, variant as unknown as Variant);
    return variant;
  };
}
