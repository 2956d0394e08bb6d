import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Variable } from "@tensorflow/tfjs-core";
import {
  assignVariables,
  type CheckpointState,
  decodeSafetensors,
  encodeSafetensors,
  parseCheckpointState,
  readVariables,
} from "../checkpoint/index.js";
import { CheckpointError } from "../errors/index.js";
import type { Trainer, TrainerState } from "../train/index.js";
import { writeFolder } from "./write-folder.js";

/** A complete checkpoint on disk. */
export interface CheckpointFolder {
  path: string;
  state: CheckpointState;
}

const weightsFile = "weights.safetensors";
const averagesFile = "averages.safetensors";
const momentsFile = "optimizer.safetensors";

/** Checkpoints of a run that are kept. */
const keptCheckpoints = 2;

/**
 * Saves a trainer as `<run>/checkpoints/<images>/` with `state.json` and safetensors files for the
 * weights, their averages and the optimizers, then removes all but the newest two.
 *
 * @param config The run's configuration, JSON, kept in the state.
 * @returns The new folder. One that exists for this number of images is left as it is.
 * @throws CheckpointError when it cannot be written.
 */
export async function saveCheckpoint(run: string, trainer: Trainer, config: unknown): Promise<string> {
  const root = join(run, "checkpoints");
  const { state } = trainer;
  const path = join(root, String(state.imagesSeen).padStart(12, "0"));
  const existing = await listCheckpoints(root);
  if (existing.includes(path)) return path;
  const files = new Map<string, Uint8Array>();
  const metadata = { variant: trainer.variant.name, layout: "NHWC", imagesSeen: String(state.imagesSeen) };
  const encode = async (variables: ReadonlyMap<string, Variable>) =>
    encodeSafetensors(await readVariables(variables), metadata);
  files.set(weightsFile, await encode(trainer.namedWeights()));
  files.set(averagesFile, await encode(trainer.namedAverages()));
  files.set(momentsFile, await encode(trainer.namedMoments()));
  const hashes = Object.fromEntries([...files].map(([name, bytes]) => [name, computeHash(bytes)]));
  const content = { format: 1, variant: trainer.variant.name, config, trainer: state, files: hashes };
  files.set("state.json", new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`));
  await writeFolder(path, files);
  for (const old of existing.slice(0, 1 - keptCheckpoints)) await rm(old, { recursive: true, force: true });
  return path;
}

/**
 * The newest checkpoint of a run.
 *
 * @returns Undefined when there is none.
 * @throws CheckpointError when its state is damaged.
 */
export async function findCheckpoint(run: string): Promise<CheckpointFolder | undefined> {
  const path = (await listCheckpoints(join(run, "checkpoints"))).at(-1);
  if (path === undefined) return undefined;
  const file = join(path, "state.json");
  return { path, state: parseCheckpointState((await readChecked(file)).toString("utf8"), file) };
}

/** Fills a trainer's weights, averages, moments and state, so that it goes on exactly. */
export async function restoreTrainer(checkpoint: CheckpointFolder, trainer: Trainer): Promise<void> {
  await assignFile(checkpoint, weightsFile, trainer.namedWeights());
  await assignFile(checkpoint, averagesFile, trainer.namedAverages());
  await assignFile(checkpoint, momentsFile, trainer.namedMoments());
  trainer.state = checkpoint.state.trainer as TrainerState;
}

/** Fills the averaged networks only, which is all that sampling needs. */
export async function restoreAverages(
  checkpoint: CheckpointFolder,
  averages: ReadonlyMap<string, Variable>,
): Promise<void> {
  await assignFile(checkpoint, averagesFile, averages);
}

async function assignFile(
  { path, state }: CheckpointFolder,
  name: string,
  variables: ReadonlyMap<string, Variable>,
): Promise<void> {
  const file = join(path, name);
  const bytes = await readChecked(file);
  if (computeHash(bytes) !== state.files[name]) {
    throw new CheckpointError(
      "core",
      `${file} is damaged: its SHA-256 is not the one in state.json. Delete ${path} to use the checkpoint before it.`,
    );
  }
  assignVariables(variables, decodeSafetensors(bytes, file), file);
}

async function readChecked(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CheckpointError("core", `cannot read ${file}. The checkpoint is incomplete.`, { cause });
  }
}

/** Complete checkpoints, oldest first. */
async function listCheckpoints(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => [] as string[]);
  return names
    .filter((name) => /^\d{12}$/.test(name))
    .sort()
    .map((name) => join(root, name));
}

function computeHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
