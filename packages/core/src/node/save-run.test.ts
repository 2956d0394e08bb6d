import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { useCpuBackend } from "@gan/test-kit";
import {
  mean,
  reshape,
  type Scalar,
  square,
  sub,
  type Tensor2D,
  type Tensor4D,
  tidy,
} from "@tensorflow/tfjs-core";
import sharp from "sharp";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decodeSafetensors } from "../checkpoint/index.js";
import { createImageStore, type ImageBatch, imageBatches } from "../data/index.js";
import { CheckpointError, DataError } from "../errors/index.js";
import { Dense, type ForwardContext, Module } from "../nn/index.js";
import { adam, ExponentialAverage } from "../optim/index.js";
import { Random } from "../random/index.js";
import { type TrainEvent, train, type Variant } from "../train/index.js";
import { findCheckpoint, type SaveRunOptions, saveRun, writePicture } from "./index.js";

let folder = "";
beforeAll(useCpuBackend);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-run-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

class Toy extends Module {
  readonly dense = this.child("dense", new Dense({ inputs: 2, outputs: 4, random: new Random(1) }));

  /** [B, 2] → [B, 2, 2, 1] */
  forward(count: number, ctx: ForwardContext): Tensor4D {
    return reshape(this.dense.forward(ctx.normal([count, 2]) as Tensor2D), [count, 2, 2, 1]);
  }
}

function createToy(): Variant<"toy", ImageBatch> {
  const toy = new Toy();
  const average = new ExponentialAverage<Toy>(toy, new Toy(), 8);
  return {
    name: "toy",
    config: {},
    networks: { toy },
    averages: { toy: average },
    phases: [
      {
        name: "only",
        updates: ["toy"],
        every: 1,
        optimizer: adam({ learningRate: 0.1 }),
        losses: ({ images }, ctx) => ({ square: mean(square(sub(toy.forward(2, ctx), images))) as Scalar }),
      },
    ],
    sample: ({ count }, ctx) => tidy(() => average.module.forward(count, ctx)),
  };
}

const pixels = Uint8Array.from({ length: 40 }, (_, index) => index * 6);
const store = createImageStore({ name: "toy", count: 10, height: 2, width: 2, channels: 1, pixels });
const options = {
  config: { toy: 1 },
  seed: 1,
  sampleEveryImages: 8,
  checkpointEveryImages: 4,
  sampleCount: 4,
};

async function runTraining(
  run: string,
  totalImages: number,
  stopAfter = Number.POSITIVE_INFINITY,
  saving: SaveRunOptions = options,
) {
  const data = imageBatches(store, { batchSize: 2, imageSize: 2, random: new Random(2) });
  const controller = new AbortController();
  const events: TrainEvent[] = [];
  const settings = { variant: createToy(), data, totalImages, seed: 3, signal: controller.signal };
  for await (const event of train({ ...settings, ...saveRun(run, saving) })) {
    events.push(event);
    if (event.imagesSeen >= stopAfter) controller.abort();
  }
  return events;
}

const readWeights = async (run: string) =>
  decodeSafetensors(
    await readFile(join((await findCheckpoint(run))?.path ?? "", "weights.safetensors")),
    "toy",
  );

describe("saveRun", () => {
  it("leaves configuration, samples and the newest two checkpoints", async () => {
    await runTraining(folder, 16);
    expect((await readdir(folder)).sort()).toEqual([
      "checkpoints",
      "config.json",
      "events.jsonl",
      "metrics.jsonl",
      "report.html",
      "samples",
      "samples.png",
      "tensorboard",
    ]);
    expect(await readdir(join(folder, "checkpoints"))).toEqual(["000000000012", "000000000016"]);
    expect(await readdir(join(folder, "samples"))).toEqual(["000000000008.png", "000000000016.png"]);
    const grid = await sharp(join(folder, "samples.png")).metadata();
    expect([grid.width, grid.height, grid.channels]).toEqual([10, 10, 1]); // 2 × 2 pictures of 2 pixels, margins of 2
    expect((await findCheckpoint(folder))?.state).toMatchObject({
      variant: "toy",
      config: { toy: 1 },
      trainer: { imagesSeen: 16, stepsTaken: 8 },
    });
  });

  it.each([4, 6, 12])("goes on bit for bit after an interruption at %i images", async (stopAfter) => {
    const [whole, parts] = [join(folder, "whole"), join(folder, "parts")];
    await runTraining(whole, 16);
    const first = await runTraining(parts, 16, stopAfter);
    expect(first.at(-1)).toEqual({ type: "end", reason: "aborted", imagesSeen: stopAfter });
    const second = await runTraining(parts, 16);
    expect(second[0]).toMatchObject({ type: "start", imagesSeen: stopAfter });
    expect(await readWeights(parts)).toEqual(await readWeights(whole));
    const pictures = await Promise.all([whole, parts].map((run) => readFile(join(run, "samples.png"))));
    expect(pictures[0]).toEqual(pictures[1]);
  });

  it("takes no step more when the run is complete", async () => {
    await runTraining(folder, 8);
    const events = await runTraining(folder, 8);
    expect(events.map(({ type }) => type)).toEqual(["start", "end"]);
  });

  it("refuses a folder of another configuration", async () => {
    await writeFile(join(folder, "config.json"), '{ "toy": 2 }\n');
    await expect(runTraining(folder, 4)).rejects.toThrow(
      /another configuration .*: toy: 2 there, 1 now\. Use/,
    );
    await writeFile(join(folder, "config.json"), "{");
    await expect(runTraining(folder, 4)).rejects.toThrow(/another configuration .*: it cannot be read \(/);
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`old${index}`, index]));
    await writeFile(join(folder, "config.json"), JSON.stringify({ toy: 1, ...many }));
    await expect(runTraining(folder, 4)).rejects.toThrow(/old5: 5 there, nothing now; and 3 more\. Use/);
  });

  it("goes on with a run whose configuration an older version wrote, when the rest is filled in", async () => {
    await runTraining(folder, 4);
    await writeFile(join(folder, "config.json"), "{}\n");
    const filled = { ...options, completeConfig: (stored: unknown) => ({ toy: 1, ...(stored as object) }) };
    const events = await runTraining(folder, 8, Number.POSITIVE_INFINITY, filled);
    expect(events[0]).toMatchObject({ type: "start", imagesSeen: 4 });
    expect(JSON.parse(await readFile(join(folder, "config.json"), "utf8"))).toEqual({ toy: 1 });
  });

  it("refuses a folder in which another process trains, and takes one that a dead process left", async () => {
    const lock = join(folder, "training.lock");
    await writeFile(lock, `${process.ppid} ${hostname()}\n`);
    await expect(runTraining(folder, 4)).rejects.toThrow(
      `process ${process.ppid} is training in ${folder}. Wait for it, or choose another --out`,
    );
    expect(await readdir(folder)).toEqual(["training.lock"]);
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    await writeFile(lock, `${dead} ${hostname()}\n`);
    await runTraining(folder, 4);
    expect(await readdir(folder)).not.toContain("training.lock");
  });

  it("refuses a changed byte, a cut file and a missing one", async () => {
    await runTraining(folder, 4);
    const path = join((await findCheckpoint(folder))?.path ?? "", "weights.safetensors");
    const intact = await readFile(path);
    const changed = Buffer.from(intact);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    await writeFile(path, changed);
    await expect(runTraining(folder, 8)).rejects.toThrow(/SHA-256/);
    await truncate(path, 20);
    await expect(runTraining(folder, 8)).rejects.toThrow(CheckpointError);
    await rm(path);
    await expect(runTraining(folder, 8)).rejects.toThrow(/cannot read.*weights/);
    await writeFile(path, intact);
    expect(await runTraining(folder, 8)).toHaveLength(4);
  });

  it("passes over a folder that was never finished", async () => {
    await runTraining(folder, 4);
    const partial = join(folder, "checkpoints", "000000000099.partial-1");
    await writeFile(partial, "");
    expect((await findCheckpoint(folder))?.state.trainer.imagesSeen).toBe(4);
  });
});

describe("writePicture", () => {
  it("refuses a name or channels it cannot write", async () => {
    const picture = { width: 1, height: 1, channels: 1, pixels: new Uint8Array(1) };
    await expect(writePicture(join(folder, "a.bmp"), picture)).rejects.toThrow(DataError);
    await expect(writePicture(join(folder, "a.png"), { ...picture, channels: 2 })).rejects.toThrow(
      /channels/,
    );
  });

  it("writes the bytes it is given", async () => {
    const path = join(folder, "inner", "a.png");
    await writePicture(path, {
      width: 2,
      height: 1,
      channels: 3,
      pixels: Uint8Array.from([1, 2, 3, 250, 5, 6]),
    });
    expect([...(await sharp(path).raw().toBuffer())]).toEqual([1, 2, 3, 250, 5, 6]);
    expect(await readdir(join(folder, "inner"))).toEqual(["a.png"]);
  });
});
