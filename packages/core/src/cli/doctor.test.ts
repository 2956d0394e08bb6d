import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { findPackage } from "../node/find-package.js";
import { runDoctor } from "./doctor.js";
import type { DoctorReport } from "./doctor-report.js";
import { suggestFaster } from "./suggest-faster.js";

/** Whether `npm run tfjs-node -- install` was run here. */
const isLinked = findPackage("@tensorflow/tfjs-node") !== undefined;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-doctor-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The bin of a copy of this package whose node_modules hold nothing. */
async function installAlone(): Promise<string> {
  const here = fileURLToPath(new URL("../../", import.meta.url));
  const copy = join(folder, "node_modules", "@gan", "core");
  for (const part of ["package.json", "bin", "dist"])
    await cp(join(here, part), join(copy, part), { recursive: true });
  return join(copy, "bin", "gan.js");
}

async function run(bin: string, ...args: string[]): Promise<{ code: number; stdout: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args], {
      cwd: folder,
      env: { ...process.env, NODE_PATH: "" }, // pnpm sets it, and with it this repository is found
    });
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, stdout };
  }
}

it("tells what works", async () => {
  const printed: string[] = [];
  vi.spyOn(console, "log").mockImplementation((text) => void printed.push(String(text)));
  expect(await runDoctor({ json: true, backend: "ort-cpu" })).toBe(0);
  const report = JSON.parse(printed.join("\n")) as DoctorReport;
  expect(report).toMatchObject({
    works: true,
    backend: { backend: "ort", device: "cpu", threads: expect.any(Number) },
    passedOver: [],
    versions: {
      "onnxruntime-node": "1.30.0",
      sharp: expect.stringMatching(/^\d/),
      "@tensorflow/tfjs-node": isLinked ? "4.22.0" : null,
    },
  });
  expect(report.backend?.gigaflops).toBeGreaterThan(0);
  expect(report.machine.memoryBytes).toBeGreaterThan(report.machine.freeBytes);
  printed.length = 0;
  expect(await runDoctor({ backend: "tfjs-node" })).toBe(isLinked ? 0 : 1);
  expect(printed.join("\n")).toMatch(
    isLinked
      ? /^backend +tfjs-node on cpu \(.+\), TensorFlow 2\.\d+\.\d+, \d+ threads?, \d.* GFLOP/
      : /^backend +none starts[\s\S]*Passed over\n {2}tfjs-node: @tensorflow\/tfjs-node is not installed\. Remedy: npm install/,
  );
});

it("works where nothing else does: no backend, no picture library, TensorFlow.js that does not load", async () => {
  const bin = await installAlone();
  const broken = join(folder, "node_modules", "@tensorflow", "tfjs-core");
  await mkdir(broken, { recursive: true });
  await writeFile(
    join(broken, "package.json"),
    JSON.stringify({ name: "@tensorflow/tfjs-core", version: "4.22.0" }),
  );
  await writeFile(join(broken, "index.js"), "throw new Error('this copy is broken');");
  const { code, stdout } = await run(bin, "doctor", "--json");
  expect(code).toBe(1);
  const report = JSON.parse(stdout) as DoctorReport;
  expect(report.works).toBe(false);
  expect(report.backend).toBeUndefined();
  const reasons = Object.fromEntries(report.problems.map(({ what, reason }) => [what, reason]));
  expect(reasons).toMatchObject({
    "TensorFlow.js": "this copy is broken",
    "backend auto": expect.stringMatching(/Cannot find package '@gan\/backend-ort'/),
    pictures: expect.stringMatching(/pictures need the npm package sharp/),
    "named data sets": expect.any(String),
  });
  expect(report.versions).toMatchObject({ "@tensorflow/tfjs-core": "4.22.0", sharp: null });
  const text = await run(bin, "doctor");
  expect(text.stdout).toMatch(
    /backend +none starts[\s\S]*Problems\n {2}TensorFlow\.js: this copy is broken\. Remedy: install/,
  );
  expect((await run(bin, "doctor", "--wrong")).code).toBe(2);
});

it("says what would be faster", () => {
  const machine = { cores: 8, load: 0, freeBytes: 8e9 };
  const card = {
    name: "ort-webgpu",
    state: "no-device",
    reason: "no adapter",
    remedy: "install the driver",
  } as const;
  expect(suggestFaster({ backend: "ort", device: "cpu", threads: 8 }, [card], machine)).toEqual([
    "For ort-webgpu (no adapter): install the driver.",
  ]);
  expect(suggestFaster({ backend: "ort", device: "cuda" }, [], machine)).toEqual([]);
  expect(suggestFaster({ backend: "ort", device: "cpu", threads: 2 }, [], machine)[0]).toMatch(
    /^GAN_ORT_THREADS=2 leaves 6 of 8 cores idle/,
  );
  expect(suggestFaster({ backend: "tfjs-node", device: "cpu", threads: 2 }, [], machine)).toEqual([
    expect.stringMatching(/--backend ort/),
    expect.stringMatching(/^TF_NUM_INTRAOP_THREADS=2 leaves 6 of 8/),
  ]);
  expect(suggestFaster({ backend: "tfjs-cpu", device: "cpu", threads: 1 }, [], machine)).toHaveLength(1);
  expect(
    suggestFaster({ backend: "ort", device: "cuda" }, [], { ...machine, load: 20, freeBytes: 1e9 }),
  ).toEqual([expect.stringMatching(/load 20\.0 on 8 cores/), expect.stringMatching(/Only 1\.0 GB/)]);
});
