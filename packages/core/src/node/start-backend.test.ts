import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunningBackend } from "./backend-names.js";
import { findPackage } from "./find-package.js";

const require = createRequire(import.meta.url);
let root = "";
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "gan-backends-")));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A project with packages in its node_modules, each with an index.js of the given text. */
async function createProject(name: string, packages: Record<string, string>): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  for (const [packageName, text] of Object.entries(packages)) {
    const place = join(folder, "node_modules", packageName);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "package.json"), JSON.stringify({ name: packageName, version: "4.22.0" }));
    await writeFile(join(place, "index.js"), text);
  }
  return folder;
}

/**
 * What tfjs-node does when it is imported, on tfjs's plain kernels: it registers kernels a second time, and gradients
 * of tfjs in place of others, here one of reflection that is wrong.
 */
const working = (usesGpu: boolean) => `
  const util = require("node:util");
  const tf = require(${JSON.stringify(require.resolve("@tensorflow/tfjs-core"))});
  const { MathBackendCPU } = require(${JSON.stringify(createRequire(require.resolve("@gan/backend-ort/package.json")).resolve("@tensorflow/tfjs-backend-cpu"))});
  tf.copyRegisteredKernels("cpu", "tensorflow");
  tf.copyRegisteredKernels("cpu", "tensorflow");
  tf.registerGradient({ kernelName: "MirrorPad", inputsToSave: ["x"], gradFunc: (dy, [x]) => ({ x: () => tf.zerosLike(x) }) });
  if (tf.findBackendFactory("tensorflow")) tf.removeBackend("tensorflow");
  class TensorFlow extends MathBackendCPU {
    isUsingGpuDevice = ${usesGpu};
    constructor() { super(); if (util.isNullOrUndefined(0) || !util.isNullOrUndefined(null)) throw new Error("wrong"); }
  }
  tf.registerBackend("tensorflow", () => new TensorFlow(), 3);
  tf.setBackend("tensorflow");
`;
const unbuilt = `throw new Error("The Node.js native addon module (tfjs_binding.node) can not be found at path: x.\\nPlease run");`;
const faulty = `throw new Error("libcudart.so.11.0: cannot open shared object file");`;
const gpu = "@tensorflow/tfjs-node-gpu";

interface Case {
  request: string;
  /** Folder of the project; default: the process's working folder. */
  folder?: string;
  environment?: Record<string, string>;
}

interface Answer {
  running?: RunningBackend;
  error?: string;
  name?: string;
  current?: string;
  sum?: number[];
  /** Of the sum of [1, 2] padded by reflection to [2, 1, 2, 1]. */
  gradient?: number[];
  warnings?: string[];
  faults: string[];
}

/** Starts backends one after the other in a process of its own. */
async function startAll(cases: readonly Case[], cwd = root, environment: Record<string, string> = {}) {
  const script = fileURLToPath(new URL("./start-backend.test-helper.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), script, JSON.stringify(cases)],
    { cwd, env: { ...process.env, GAN_ORT_PROVIDER: "", ...environment } },
  );
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  expect(lines).toHaveLength(cases.length);
  return lines.map((line) => JSON.parse(line) as Answer);
}

it("takes the first that works, tells why others were passed over, and shows real faults only", async () => {
  const project = await createProject("gpu", { [gpu]: working(true) });
  const states = [
    ["absent", "npm install @tensorflow/tfjs-node-gpu@4.22.0", undefined],
    ["unbuilt", "npm rebuild @tensorflow/tfjs-node-gpu --build-addon-from-source", unbuilt],
    ["faulty", "repair or remove it", faulty],
    ["no-device", "CUDA 11.2", working(false)],
  ] as const;
  const folders = await Promise.all(
    states.map(([state, , text]) => createProject(state, text === undefined ? {} : { [gpu]: text })),
  );
  const cases = folders.map((folder) => ({ request: "auto", folder }));
  // A real one in this repository's node_modules would be found before the working folder's.
  const place = findPackage(gpu) === undefined ? {} : { folder: project };
  const [first, ...others] = await startAll([{ request: "auto", ...place }, ...cases], project);
  expect(first?.running).toEqual({
    backend: "tfjs-node-gpu",
    device: "gpu",
    hardware: "NVIDIA GPU",
    passedOver: [],
  });
  expect([first?.sum, first?.gradient, first?.faults]).toEqual([[2, 4], [2, 2], []]);
  expect(first?.warnings?.join()).not.toMatch(/already registered/);
  for (const [index, [state, remedy]] of states.entries()) {
    const { running, current, sum, faults, error } = others[index] as Answer;
    expect([error, running?.backend, current, sum], state).toEqual([undefined, "ort", "ort", [2, 4]]);
    expect(others[index]?.gradient, state).toEqual([2, 2]);
    const [passed, ...providers] = running?.passedOver ?? [];
    expect(passed).toMatchObject({ name: "tfjs-node-gpu", state, remedy: expect.stringContaining(remedy) });
    const names = ["ort-cuda", "ort-webgpu", "ort-cpu"];
    expect(providers.map(({ name }) => name)).toEqual(names.slice(0, providers.length));
    expect(`ort-${running?.device}`).toBe(names[providers.length]);
    expect(running?.hardware).not.toBe("");
    expect(faults).toEqual(
      state === "faulty"
        ? [expect.stringMatching(/tfjs-node-gpu is passed over: .*libcudart\.so\.11\.0/)]
        : [],
    );
  }
});

it("takes what was asked for, or says what is wrong with it", async () => {
  const project = await createProject("asked", { [gpu]: faulty, "@tensorflow/tfjs-node": working(false) });
  const other = await createProject("asked-gpu", { [gpu]: working(false) });
  const [failed, node, gpuOnly, plain, unknown, cuda, byEnvironment, cpu] = await startAll([
    { request: "tfjs-node-gpu", folder: project },
    { request: "tfjs-node", folder: project },
    { request: "tfjs-node-gpu", folder: other },
    { request: "tfjs-cpu" },
    { request: "tfjs" },
    { request: "ort-cuda" },
    { request: "auto", environment: { GAN_ORT_PROVIDER: "cuda" } },
    { request: "ort-cpu" },
  ]);
  expect(failed).toMatchObject({ name: "BackendError", faults: [] });
  expect(failed?.error).toMatch(
    /the backend tfjs-node-gpu cannot start: .*libcudart\.so\.11\.0.*Remedy: repair/,
  );
  expect(node?.running).toMatchObject({ backend: "tfjs-node", device: "cpu", passedOver: [] });
  expect(gpuOnly?.running).toMatchObject({ backend: "tfjs-node-gpu", device: "cpu" });
  expect(gpuOnly?.faults).toEqual([
    "@tensorflow/tfjs-node-gpu sees no CUDA device and computes on the processor. Remedy: install NVIDIA's driver and CUDA 11.2 and cuDNN 8.1.",
  ]);
  expect([plain?.current, plain?.sum]).toEqual(["cpu", [2, 4]]);
  expect(unknown?.error).toMatch(/must be one of auto, ort, .*, got tfjs\./);
  expect(cpu?.running).toMatchObject({ backend: "ort", device: "cpu", passedOver: [] });
  for (const answer of [cuda, byEnvironment]) {
    if (answer?.running === undefined) expect(answer?.error).toMatch(/cannot start: .*Needs Linux x64/);
    else expect(answer.running).toMatchObject({ backend: "ort", device: "cuda" });
  }
});

it("says at the start that ONNX Runtime's binary is missing, where an installation lost it", async () => {
  const project = await createProject("binary", {});
  const backendOrt = createRequire(require.resolve("@gan/backend-ort/package.json"));
  const ort = dirname(backendOrt.resolve("onnxruntime-node/package.json"));
  const copy = join(project, "node_modules", "onnxruntime-node");
  await cp(join(ort, "dist"), join(copy, "dist"), { recursive: true });
  await cp(join(ort, "package.json"), join(copy, "package.json"));
  const [answer] = await startAll([{ request: "auto" }], project, { ORT_FROM: project });
  expect(answer?.name).toBe("BackendError");
  expect(answer?.error).toMatch(
    /auto cannot start: ONNX Runtime's binary for .* does not load \(Cannot find module .*\)\. Remedy: install it again.*--backend tfjs-cpu/,
  );
});
