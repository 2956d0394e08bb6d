import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Variable } from "@tensorflow/tfjs-core";
import {
  assignVariables,
  type CheckpointScore,
  type CheckpointState,
  decodeSafetensors,
  encodeSafetensors,
  type HostTensor,
  parseCheckpointState,
  readVariables,
} from "../checkpoint/index.js";
import { CheckpointError, DivergenceError } from "../errors/index.js";
import {
  namedAverages,
  namedWeights,
  type Trainer,
  type TrainerState,
  type Variant,
} from "../train/index.js";
import { writeFolder } from "./write-folder.js";

/** A complete checkpoint on disk. */
export interface CheckpointFolder {
  /** The folder. */
  path: string;
  /** What its `state.json` says. */
  state: CheckpointState;
}

const weightsFile = "weights.safetensors";
const averagesFile = "averages.safetensors";
const momentsFile = "optimizer.safetensors";
const holdersFile = "holders.safetensors";

/** What a checkpoint keeps besides the trainer. */
export interface SaveCheckpointOptions {
  /** The run's configuration, JSON. */
  config: unknown;
  /** Which backend and device train, JSON. Default null: not known. */
  backend?: unknown;
  /** How good the model is now; the best checkpoint is kept besides the newest. Default: it is not known. */
  score?: CheckpointScore | undefined;
  /** How many of the newest to keep. Default 2. */
  keep?: number | undefined;
}

/**
 * Saves a trainer as `<run>/checkpoints/<images>/` with `state.json` and safetensors files for the
 * weights, their averages, the optimizers and what else the variant keeps, each with its SHA-256, then
 * removes all but the newest and the best.
 *
 * @returns The new folder. One that exists for this number of images is left as it is.
 * @throws CheckpointError when it cannot be written.
 * @throws DivergenceError when a weight is not finite: nothing is written, older ones stay.
 */
export async function saveCheckpoint(
  run: string,
  trainer: Trainer,
  options: SaveCheckpointOptions,
): Promise<string> {
  const { config, backend = null, score, keep = 2 } = options;
  const root = join(run, "checkpoints");
  const { state } = trainer;
  const path = join(root, String(state.imagesSeen).padStart(12, "0"));
  const existing = await listCheckpoints(root);
  if (existing.includes(path)) return path;
  const files = new Map<string, Uint8Array>();
  const metadata = { variant: trainer.variant.name, layout: "NHWC", imagesSeen: String(state.imagesSeen) };
  for (const [name, variables] of listFiles(trainer)) {
    const tensors = await readVariables(variables);
    checkFinite(tensors, state.imagesSeen);
    files.set(name, encodeSafetensors(tensors, metadata));
  }
  const hashes = Object.fromEntries([...files].map(([name, bytes]) => [name, computeHash(bytes)]));
  const content = {
    format: 1,
    variant: trainer.variant.name,
    config,
    trainer: state,
    backend,
    ...(score && { score }),
    files: hashes,
  };
  files.set("state.json", encodeState(content));
  await writeFolder(path, files);
  const best = await findBest([...existing, path]);
  for (const old of existing.slice(0, Math.max(0, existing.length + 1 - keep))) {
    if (old !== best) await rm(old, { recursive: true, force: true });
  }
  return path;
}

/** The files of a trainer's variables. */
function listFiles(trainer: Trainer): [name: string, variables: ReadonlyMap<string, Variable>][] {
  return [
    [weightsFile, trainer.namedWeights()],
    [averagesFile, trainer.namedAverages()],
    [momentsFile, trainer.namedMoments()],
    [holdersFile, trainer.namedHolders()],
  ];
}

function checkFinite(tensors: ReadonlyMap<string, HostTensor>, imagesSeen: number): void {
  for (const [name, { values }] of tensors) {
    const broken = values.find((value) => !Number.isFinite(value));
    if (broken === undefined) continue;
    throw new DivergenceError(
      "core",
      `${name} holds ${broken} at ${imagesSeen} images, so it is not saved; earlier checkpoints stay. Lower the learning rate and go on from them.`,
      { phase: name.slice(0, name.indexOf(".")), loss: name, imagesSeen },
    );
  }
}

/** The state as JSON with a checksum of everything else in it, so that no changed value passes. */
function encodeState(content: unknown): Uint8Array {
  const text = JSON.stringify(content, null, 2);
  const checked = { ...(content as object), checksum: computeHash(new TextEncoder().encode(text)) };
  return new TextEncoder().encode(`${JSON.stringify(checked, null, 2)}\n`);
}

async function readState(path: string): Promise<CheckpointState> {
  const file = join(path, "state.json");
  const text = (await readChecked(file)).toString("utf8");
  const { checksum, ...state } = parseCheckpointState(text, file);
  if (checksum !== computeHash(new TextEncoder().encode(JSON.stringify(state, null, 2)))) {
    throw new CheckpointError(
      "core",
      `${file} is damaged: its checksum is another. Delete ${path} to use the checkpoint before it.`,
    );
  }
  return { ...state, checksum };
}

/** The checkpoint with the best score, if any has one; a damaged one counts as having none. */
async function findBest(paths: readonly string[]): Promise<string | undefined> {
  let best: { path: string; score: CheckpointScore } | undefined;
  for (const path of paths) {
    const score = await readState(path).then(
      (state) => state.score,
      () => undefined,
    );
    if (score === undefined) continue;
    const isBetter =
      best === undefined ||
      (score.better === "lower" ? score.value < best.score.value : score.value > best.score.value);
    if (isBetter) best = { path, score };
  }
  return best?.path;
}

/**
 * The newest checkpoint of a run.
 *
 * @returns Undefined when there is none.
 * @throws CheckpointError when its state is damaged.
 */
export async function findCheckpoint(run: string): Promise<CheckpointFolder | undefined> {
  const path = (await listCheckpoints(join(run, "checkpoints"))).at(-1);
  return path === undefined ? undefined : { path, state: await readState(path) };
}

/**
 * The checkpoint of a run with the best score.
 *
 * @returns Undefined when none was scored.
 */
export async function findBestCheckpoint(run: string): Promise<CheckpointFolder | undefined> {
  const root = join(run, "checkpoints");
  const path = await findBest(await listCheckpoints(root));
  return path === undefined ? undefined : { path, state: await readState(path) };
}

/** Fills a trainer's weights, averages, moments and state, so that it goes on exactly. */
export async function restoreTrainer(checkpoint: CheckpointFolder, trainer: Trainer): Promise<void> {
  for (const [name, variables] of listFiles(trainer)) await assignFile(checkpoint, name, variables);
  trainer.state = checkpoint.state.trainer as TrainerState;
}

/**
 * Fills what using a model needs: a variant's networks, their averages, and the JSON of its state holders
 * (how far it has grown), without their tensors.
 */
export async function restoreWeights(checkpoint: CheckpointFolder, variant: Variant): Promise<void> {
  await assignFile(checkpoint, weightsFile, namedWeights(variant));
  await assignFile(checkpoint, averagesFile, namedAverages(variant));
  const { holders } = checkpoint.state.trainer;
  for (const [name, holder] of Object.entries(variant.state ?? {})) {
    if (Object.hasOwn(holders, name)) holder.load(holders[name]);
  }
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
