import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { InstallError } from "../run-program.mjs";
import { root, toolEnvironment } from "../workspace.mjs";

const steps = 200;
/** Of the preset mnist-32. */
const batchSize = 32;
/** Steps in which buffers are still made and graphs compiled; they are not timed. */
const warmUp = 20;
/** Steps at the end over which losses are averaged. */
const averaged = 50;
const out = join("runs", "tfjs-node-demo");

/**
 * @typedef {object} Trained
 * @property {string} backend
 * @property {number} imagesPerSecond over the steps after the first 20, pictures and checks in between included
 * @property {number | undefined} peakMb of the whole process, where the system tells
 * @property {Record<string, number>} losses means over the last 50 steps
 */

/**
 * Trains the DCGAN of `npm start` for 200 steps on tfjs-node, then on ort, with the same seed, and prints both.
 * @param {(text: string) => void} tell
 */
export async function runDemo(tell) {
  rmSync(join(root, out), { recursive: true, force: true });
  const rows = [];
  for (const backend of ["tfjs-node", "ort-cpu"]) {
    tell(`Training a DCGAN on MNIST for ${steps} steps of ${batchSize} pictures on ${backend}`);
    rows.push(await train(backend));
  }
  tell(`\n${"".padEnd(10)} images/s  peak memory  losses of the last ${averaged} steps`);
  for (const { backend, imagesPerSecond, peakMb, losses } of rows) {
    const memory = peakMb === undefined ? "unknown" : `${peakMb.toFixed(0)} MB`;
    const last = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(3)}`);
    tell(
      `${backend.padEnd(10)} ${imagesPerSecond.toFixed(0).padStart(8)} ${memory.padStart(12)}  ${last.join(", ")}`,
    );
  }
  tell(`\nSamples of both are in ${out}/.`);
}

/** @param {string} backend @returns {Promise<Trained>} */
async function train(backend) {
  const command = ["train", "--config", "mnist-32", "--set", `training.totalImages=${steps * batchSize}`];
  const bin = join(root, "packages", "dcgan", "bin", "gan-dcgan.js");
  const args = [bin, ...command, "--backend", backend, "--out", join(out, backend), "--json"];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: toolEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  /** @type {number[]} */
  const times = [];
  /** @type {Record<string, number>} */
  const losses = {};
  let peakMb;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"type":"step"')) continue;
    times.push(performance.now());
    if (times.length > steps - averaged) {
      for (const [name, value] of Object.entries(JSON.parse(line).losses))
        losses[name] = (losses[name] ?? 0) + value / averaged;
    }
    peakMb = readPeak(child.pid) ?? peakMb;
  }
  const code = await new Promise((resolve) =>
    child.exitCode === null ? child.once("close", resolve) : resolve(child.exitCode),
  );
  if (code !== 0 || times.length !== steps) {
    throw new InstallError(
      `Training on ${backend} ended with exit code ${code} after ${times.length} of ${steps} steps.`,
    );
  }
  const seconds = (Number(times.at(-1)) - Number(times[warmUp - 1])) / 1000;
  return { backend, imagesPerSecond: ((steps - warmUp) * batchSize) / seconds, peakMb, losses };
}

/** The largest resident size so far, in 1e6 bytes. @param {number | undefined} pid */
function readPeak(pid) {
  try {
    const [, kilobytes] = readFileSync(`/proc/${pid}/status`, "utf8").match(/VmHWM:\s+(\d+) kB/) ?? [];
    return kilobytes === undefined ? undefined : (Number(kilobytes) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}
