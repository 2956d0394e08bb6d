import { realpathSync } from "node:fs";
import { availableParallelism, cpus, freemem, loadavg, totalmem } from "node:os";
import type { BackendName, PassedOver, RunningBackend } from "../node/backend-names.js";
import { findPackage, readVersion, searchFolders } from "../node/find-package.js";
import { suggestFaster, threadVariables } from "./suggest-faster.js";

/** What does not work, and what to do. */
export interface Problem {
  what: string;
  reason: string;
  remedy: string;
}

/** What `doctor` tells of this machine and installation. */
export interface DoctorReport {
  /** Whether training can start. */
  works: boolean;
  /** Absent when none starts. */
  backend?: Omit<RunningBackend, "passedOver"> & {
    /** Of the processor; absent where a graphics card computes. */
    threads?: number;
    /** Billions of operations a second of matrix products, whose result was right. */
    gigaflops: number;
  };
  passedOver: PassedOver[];
  problems: Problem[];
  /** What would make it faster. */
  faster: string[];
  machine: {
    platform: string;
    node: string;
    processor: string;
    cores: number;
    /** Processes that want to run, on average over a minute; 0 on Windows. */
    load: number;
    memoryBytes: number;
    freeBytes: number;
  };
  /** By package; null for what is not installed. */
  versions: Record<string, string | null>;
}

/**
 * Looks at everything and starts a backend. Loads each part by itself and reports what does not load: it works
 * when nothing else does.
 */
export async function examine(request: BackendName, folder?: string): Promise<DoctorReport> {
  const passedOver: PassedOver[] = [];
  const problems: Problem[] = [];
  const versions = listVersions(folder === undefined ? searchFolders() : [folder, ...searchFolders()]);
  const attempt = async <T>(what: string, remedy: string, run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      problems.push({ what, reason: messageOf(error), remedy });
      return undefined;
    }
  };
  const reinstall = "install the packages again: delete node_modules and run npm install";
  await attempt("TensorFlow.js", reinstall, () => import("@tensorflow/tfjs-core"));
  const backend = await attempt(
    `backend ${request}`,
    "see what was passed over, or name another with --backend",
    () => tryBackend(request, passedOver),
  );
  await attempt("pictures", "npm install --include=optional sharp", async () => {
    const { loadSharp } = await import("../node/load-sharp.js");
    versions["libvips"] = loadSharp().versions.vips;
  });
  if (versions["@gan/datasets"] === null) {
    const remedy = "npm install @gan/datasets, or train on a folder: --data <folder>";
    problems.push({ what: "named data sets", reason: "@gan/datasets is not installed here", remedy });
  }
  const machine = describeMachine();
  return {
    works: backend !== undefined && !problems.some(({ what }) => what !== "named data sets"),
    ...(backend && { backend }),
    passedOver,
    problems,
    faster: suggestFaster(backend, passedOver, machine),
    machine,
    versions,
  };
}

async function tryBackend(request: BackendName, passedOver: PassedOver[]) {
  const { startBackend } = await import("../node/start-backend.js");
  const onPassedOver = (passed: PassedOver) => {
    if (!passedOver.some(({ reason }) => reason === passed.reason)) passedOver.push(passed);
  };
  const running = await startBackend(request, { onPassedOver, onFault() {} });
  const { passedOver: _, ...found } = running;
  const gigaflops = await measureProduct();
  return { ...found, ...(found.device === "cpu" && { threads: countThreads(found.backend) }), gigaflops };
}

/** How many threads a backend on the processor takes. */
function countThreads(backend: RunningBackend["backend"]): number {
  const variable = threadVariables[backend];
  return variable === undefined ? 1 : Number(process.env[variable]) || availableParallelism();
}

const side = 512;

/**
 * Multiplies matrices, in chains whose numbers stay 1; the best rate counts. A chain is made longer until it takes 50 ms: a
 * graphics card spends more than a product's time on bringing operands there and the result back.
 */
async function measureProduct(): Promise<number> {
  const { fill, matMul, ones, tidy } = await import("@tensorflow/tfjs-core");
  let best = 0;
  let length = 1;
  for (let run = 0; run < 12; run++) {
    const start = performance.now();
    const values = tidy(() => {
      const share = fill([side, side], 1 / side);
      let product = ones([side, side]);
      for (let index = 0; index < length; index++) product = matMul(product, share);
      return product.dataSync();
    });
    const seconds = (performance.now() - start) / 1000;
    if (values.some((value) => value !== 1)) throw new Error("it computes wrong products");
    best = Math.max(best, (length * 2 * side ** 3) / seconds / 1e9);
    // The first of each length compiles.
    if (run % 3 < 2) continue;
    if (seconds > 0.05 || length === 512) break;
    length *= 8;
  }
  return best;
}

function describeMachine(): DoctorReport["machine"] {
  const limit = (process as { constrainedMemory?: () => number }).constrainedMemory?.() ?? 0;
  return {
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node,
    processor: cpus()[0]?.model.trim() || process.arch,
    cores: availableParallelism(),
    load: loadavg()[0] ?? 0,
    memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    freeBytes: freemem(),
  };
}

function listVersions(folders: readonly string[]): Record<string, string | null> {
  const versions: Record<string, string | null> = {};
  const note = (name: string, from?: string) => {
    const found = findPackage(name, from === undefined ? folders : [from]);
    versions[name] = (found && readVersion(found)) ?? null;
    return found;
  };
  const backendOrt = note("@gan/backend-ort");
  note("onnxruntime-node", backendOrt && realpathSync(backendOrt));
  for (const name of [
    "@tensorflow/tfjs-core",
    "@tensorflow/tfjs-node",
    "@tensorflow/tfjs-node-gpu",
    "sharp",
    "@gan/datasets",
  ]) {
    note(name);
  }
  return versions;
}

const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error))
    .replace(/^\[[^\]]+\] /, "")
    .split("\n")[0] as string;
