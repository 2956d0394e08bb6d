import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Random } from "@gan/core";
import { afterAll, beforeAll, expect, it } from "vitest";

/** `GAN_KILLS=20` kills as often; a few are enough to see that resuming works. */
const kills = Number(process.env.GAN_KILLS ?? 3);
const bin = fileURLToPath(new URL("../bin/gan-dcgan.js", import.meta.url));
const config = {
  model: { imageSize: 32, channels: 1, latentSize: 8, generatorFeatures: 2, discriminatorFeatures: 2 },
  data: { name: "mnist-test" },
  training: { batchSize: 8, totalImages: 4_000, seed: 3, sampleEveryImages: 800, checkpointEveryImages: 200 },
};

let folder = "";
let file = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-kill-"));
  file = join(folder, "config.json");
  await writeFile(file, JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (run: string): ChildProcess =>
  spawn(process.execPath, [bin, "train", "--config", file, "--out", run], {
    stdio: ["ignore", "ignore", "inherit"],
  });

async function finish(run: string): Promise<number | null> {
  const child = start(run);
  await once(child, "exit");
  return child.exitCode;
}

/** Every file of the last checkpoint. */
async function readResult(run: string): Promise<Map<string, Buffer>> {
  const checkpoints = join(run, "checkpoints");
  const last =
    (await readdir(checkpoints))
      .filter((name) => /^\d+$/.test(name))
      .sort()
      .at(-1) ?? "";
  expect(Number(last)).toBe(config.training.totalImages);
  const names = await readdir(join(checkpoints, last));
  const files = names.map(async (name) => [name, await readFile(join(checkpoints, last, name))] as const);
  return new Map(await Promise.all(files));
}

it(
  `ends with the same bits after ${kills} kills at random moments`,
  async () => {
    const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
    const begin = performance.now();
    expect(await finish(whole)).toBe(0);
    const runMillis = performance.now() - begin;
    const random = new Random(Number(process.env.GAN_KILL_SEED ?? 5));
    let interrupted = 0;
    for (let kill = 0; kill < kills; kill++) {
      const child = start(killed);
      const exited = once(child, "exit");
      await Promise.race([exited, sleep(random.uniform() * runMillis * 0.7)]);
      if (child.exitCode === null) interrupted++;
      child.kill("SIGKILL");
      await exited;
    }
    expect(interrupted).toBeGreaterThan(0);
    expect(await finish(killed)).toBe(0);
    const [expected, found] = [await readResult(whole), await readResult(killed)];
    expect([...found.keys()]).toEqual([...expected.keys()]);
    for (const [name, bytes] of expected) expect(found.get(name)?.equals(bytes), name).toBe(true);
  },
  240_000 + 60_000 * kills,
);
