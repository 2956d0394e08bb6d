import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PixelImage } from "@gan/core";
import { findModel } from "@gan/core/node";
import { createPeerEnvironment } from "../../packages/backend-ort/bench/peer-process.js";
import { type AnyBench, findVariant } from "../variants/find-variants.js";
import type { QualityCase } from "./cases.js";
import { makePictures } from "./make-pictures.js";
import type { OpenedCase } from "./open-case.js";
import { splitPictures } from "./write-data.js";

/** A training to be done. */
export interface TrainingRequest {
  bench: AnyBench;
  case: QualityCase;
  opened: OpenedCase;
  /** Of this case: data in `data`, runs beside it. */
  folder: string;
  seed: number;
  images: number;
  /** 0: as many as there are cores. */
  threads: number;
}

/** What a framework made of a case. */
export interface Trained {
  version: string;
  /** Of training. */
  seconds: number;
  /** Of training, where it was not this processor. */
  device?: string;
  /** Generated, classes in turn; or translations of the test part, A to B before B to A. */
  pictures: PixelImage[];
}

function run(file: string, args: readonly string[], threads: number): string {
  const env = { ...createPeerEnvironment(threads), GAN_ORT_THREADS: String(threads) };
  const done = spawnSync(file, args, {
    encoding: "utf8",
    env,
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (done.status !== 0) {
    process.stderr.write(done.stderr.slice(-4000));
    const reason = done.stderr.trim().split("\n").at(-1) || `it ended by ${done.signal ?? done.status}`;
    throw new Error(`${basename(args[0] as string)} failed: ${reason}`);
  }
  return done.stdout;
}

/**
 * Trains by the package's own command, which goes on where it was interrupted.
 *
 * @param request With what differs from the case's settings, such as where checkpoints are made.
 * @returns The run's folder.
 */
export function runTraining(
  request: TrainingRequest & { settings?: Readonly<Record<string, string | number>> },
): string {
  const { gan, preset, settings } = request.case;
  const { seed, images, threads, folder } = request;
  const out = join(folder, `ours-${seed}-${images}`);
  const bin = join(findVariant(gan).folder, "bin", `gan-${gan}.js`);
  const all = {
    ...settings,
    "training.totalImages": images,
    "training.sampleEveryImages": images,
    "training.checkpointEveryImages": Math.ceil(images / 5),
    ...request.settings,
  };
  const sets = Object.entries(all).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  run(
    process.execPath,
    [bin, "train", "--config", preset, "--seed", String(seed), "--out", out, ...sets],
    threads,
  );
  return out;
}

/** Trains ours, and makes pictures with the newest weights. */
export async function trainOurs(request: TrainingRequest): Promise<Trained> {
  const start = performance.now();
  const out = runTraining(request);
  const seconds = (performance.now() - start) / 1000;
  const checkpoint = await findModel(request.case.gan, out);
  const { bench, case: one, opened, seed } = request;
  const pictures = await makePictures(bench, one, opened, checkpoint, seed);
  return { version: "workspace", seconds, pictures };
}

/**
 * Trains by ../peers/gan_train_torch.py. Pictures that are there already, with what it prints as JSON beside them, are
 * taken: of an earlier call, or of ../peers/gan_train_many_torch.py on another machine.
 */
export async function trainPeer(python: string, request: TrainingRequest): Promise<Trained> {
  const { bench, case: one, opened, folder, seed, images } = request;
  const threads = request.threads > 0 ? request.threads : availableParallelism();
  const { model, batchSize, train, augmentation } = opened;
  const [out, log] = ["bin", "json"].map((end) => join(folder, `torch-${seed}-${images}.${end}`)) as [
    string,
    string,
  ];
  if (!existsSync(log)) {
    const given = {
      gan: one.gan,
      model: JSON.stringify(model),
      data: join(folder, "data"),
      batch: batchSize,
      images,
      seed,
      count: one.count,
      out,
      threads,
      ...bench.peerOptions?.(model),
      ...(augmentation.crop === "random" && { crop: model.imageSize }),
    };
    const args = Object.entries(given).flatMap(([key, value]) => [`--${key}`, String(value)]);
    const script = fileURLToPath(new URL("../peers/gan_train_torch.py", import.meta.url));
    const text = run(python, [script, ...args, ...(augmentation.flip ? ["--flip"] : [])], threads);
    writeFileSync(log, text.split("\n").find((line) => line.startsWith("{")) as string);
  }
  const told = JSON.parse(readFileSync(log, "utf8")) as Omit<Trained, "pictures">;
  const [first] = Object.values(train).at(-1) as [PixelImage];
  return { ...told, pictures: splitPictures(readFileSync(out), model.imageSize, first.channels) };
}
