import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useCpuBackend } from "@gan/test-kit";
import {
  mean,
  type Scalar,
  square,
  tensor,
  tensor4d,
  tidy,
  type Variable,
  variable,
} from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ImageBatch } from "../data/index.js";
import { CheckpointError, DivergenceError } from "../errors/index.js";
import { Conv2d, type Module } from "../nn/index.js";
import { adam } from "../optim/index.js";
import { Random } from "../random/index.js";
import { type StateHolder, Trainer, type Variant } from "../train/index.js";
import { findBestCheckpoint, findCheckpoint, findModel, restoreTrainer, saveCheckpoint } from "./index.js";

let folder = "";
beforeAll(useCpuBackend);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-checkpoint-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A picture pool: a tensor and a count. */
function createPool() {
  const pictures: Variable = variable(tensor([0, 0]));
  let used = 0;
  const holder: StateHolder = {
    save: () => ({ used }),
    load: (json) => {
      used = (json as { used: number }).used;
    },
    namedVariables: () => new Map([["pictures", pictures]]),
  };
  return { holder, pictures, fill: () => tidy(() => pictures.assign(tensor([1, ++used]))), used: () => used };
}

function createToy(kernelSize = 1) {
  const conv = new Conv2d({ inputs: 1, outputs: 1, kernelSize, random: new Random(1) });
  const pool = createPool();
  const variant: Variant<"toy", ImageBatch> = {
    name: "toy",
    config: {},
    networks: { toy: conv as Module },
    averages: {},
    phases: [
      {
        name: "only",
        updates: ["toy"],
        every: 1,
        optimizer: adam(),
        losses: ({ images }) => ({ square: mean(square(conv.forward(images))) as Scalar }),
      },
    ],
    state: { pool: pool.holder },
    sample: () => tensor4d([0], [1, 1, 1, 1]),
  };
  const trainer = new Trainer(variant, new Random(1));
  return { trainer: trainer as unknown as Trainer, pool, conv };
}

const batch = (): ImageBatch => ({ images: tensor4d([1, 2, 3, 4], [4, 1, 1, 1]) });
const step = ({ trainer, pool }: ReturnType<typeof createToy>) => {
  trainer.step(batch(), 4);
  pool.fill();
};
const list = async () => (await readdir(join(folder, "checkpoints"))).map(Number);

describe("saveCheckpoint", () => {
  it("keeps the newest and the best", async () => {
    const toy = createToy();
    for (const value of [5, 3, 4, 6]) {
      step(toy);
      await saveCheckpoint(folder, toy.trainer, {
        config: {},
        score: { name: "fid", value, better: "lower" },
      });
    }
    expect(await list()).toEqual([8, 12, 16]);
    expect((await findBestCheckpoint(folder))?.state.score?.value).toBe(3);
    expect((await findCheckpoint(folder))?.state.trainer.imagesSeen).toBe(16);
    step(toy);
    const score = { name: "fid", value: 2, better: "lower" } as const;
    await saveCheckpoint(folder, toy.trainer, { config: {}, score, keep: 1 });
    expect(await list()).toEqual([20]);
  });

  it("keeps what the variant's state holders hold, and backend and device", async () => {
    const toy = createToy();
    step(toy);
    await saveCheckpoint(folder, toy.trainer, { config: {}, backend: { name: "cpu" } });
    const other = createToy();
    const checkpoint = (await findCheckpoint(folder)) as NonNullable<
      Awaited<ReturnType<typeof findCheckpoint>>
    >;
    expect(checkpoint.state.backend).toEqual({ name: "cpu" });
    await restoreTrainer(checkpoint, other.trainer);
    expect(other.pool.used()).toBe(1);
    expect([...other.pool.pictures.dataSync()]).toEqual([1, 1]);
  });

  it("does not save weights that are not finite, and leaves what is there", async () => {
    const toy = createToy();
    step(toy);
    await saveCheckpoint(folder, toy.trainer, { config: {} });
    step(toy);
    tidy(() => toy.conv.weight.assign(tensor([Number.NaN], [1, 1, 1, 1])));
    await expect(saveCheckpoint(folder, toy.trainer, { config: {} })).rejects.toThrow(DivergenceError);
    expect(await list()).toEqual([4]);
  });
});

describe("findModel", () => {
  it("finds the newest or the best of a run, of one variant alone", async () => {
    const toy = createToy();
    for (const value of [3, 5]) {
      step(toy);
      const score = { name: "fid", value, better: "lower" } as const;
      await saveCheckpoint(folder, toy.trainer, { config: {}, score });
    }
    const find = async (...rest: [string, { best: boolean }?]) =>
      (await findModel(rest[0], folder, rest[1])).state.trainer.imagesSeen;
    expect(await find("toy")).toBe(8);
    expect(await find("toy", { best: true })).toBe(4);
    await expect(find("dcgan")).rejects.toThrow(/000000000008 was trained by gan-toy\. Use that command/);
  });

  it("says that there is none, and what to do", async () => {
    await expect(findModel("toy", folder)).rejects.toThrow(
      /holds no checkpoint\. Train first: gan-toy train/,
    );
    const toy = createToy();
    step(toy);
    await saveCheckpoint(folder, toy.trainer, { config: {} });
    await expect(findModel("toy", folder, { best: true })).rejects.toThrow(
      /with a score\. Train with --metrics/,
    );
  });
});

describe("a damaged or foreign checkpoint", () => {
  const save = async (toy = createToy()) => {
    step(toy);
    return saveCheckpoint(folder, toy.trainer, { config: { seed: 7 } });
  };
  const restore = async (toy = createToy()) => {
    const checkpoint = await findCheckpoint(folder);
    if (checkpoint) await restoreTrainer(checkpoint, toy.trainer);
  };

  it("is refused when it is of another architecture", async () => {
    await save();
    await expect(restore(createToy(3))).rejects.toThrow(
      /another architecture.*\[1, 1, 1, 1\], needed \[3, 3, 1, 1\]/,
    );
  });

  it("is refused when a value of its state was changed", async () => {
    const path = join(await save(), "state.json");
    const text = await readFile(path, "utf8");
    expect(text).toContain('"imagesSeen": 4');
    await writeFile(path, text.replace('"imagesSeen": 4', '"imagesSeen": 5'));
    await expect(restore()).rejects.toThrow(/checksum is another/);
  });

  it("is refused for every one of 120 cut or flipped files", async () => {
    const path = await save();
    const random = new Random(11);
    const names = await readdir(path);
    expect(names).toHaveLength(5);
    for (const name of names) {
      const intact = await readFile(join(path, name));
      for (let trial = 0; trial < 24; trial++) {
        const damaged = Buffer.from(
          intact.subarray(0, trial % 2 ? random.integer(intact.length) : undefined),
        );
        const position = random.integer(intact.length);
        if (trial % 2 === 0) damaged[position] = (damaged[position] as number) ^ (1 << random.integer(8));
        await writeFile(join(path, name), damaged);
        await expect(restore(), `${name}, trial ${trial}`).rejects.toThrow(CheckpointError);
      }
      await writeFile(join(path, name), intact);
    }
    await restore();
  });
});
