import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Adapter, adapterInLog } from "./adapter.js";
import { oneNodeModel } from "./one-node-model.js";
import { PROBE_PROGRAM } from "./probe-program.js";

/** An execution provider of ONNX Runtime that this package knows how to start. */
export type ProviderName = (typeof PROVIDERS)[number];
export const PROVIDERS = ["cpu", "webgpu", "cuda"] as const;

/** Whether a provider starts here: the device it runs on, or why it does not start and what to do. */
export type ProviderProbe =
  | { readonly usable: true; readonly adapter: Adapter | undefined }
  | { readonly usable: false; readonly reason: string; readonly remedy: string };

/** How {@link probeProvider} probes. */
export interface ProbeOptions {
  /** Environment of the probing process; default: this process's. One given here is probed anew, not remembered. */
  readonly environment?: NodeJS.ProcessEnv;
  /** How long it may take, in milliseconds; default 60,000 (a first use may compile shaders). */
  readonly timeoutMillis?: number;
}

/** What the probe model, `x + x`, gets, and what a provider that works must return. */
const PROBE_INPUT = [1, 2, 3, 4];
const PROBE_OUTPUT = [2, 4, 6, 8];

const probes = new Map<ProviderName, ProviderProbe>();

/**
 * Tries a provider: compiles and runs a model of one node on it and checks the result. Takes place in a child
 * process (0.3 to 0.5 s), because a driver at fault can end the process that loads it; the answer is remembered for the
 * life of this process. `cpu` is not tried: it is part of every build of ONNX Runtime.
 */
export function probeProvider(provider: ProviderName, options: ProbeOptions = {}): ProviderProbe {
  if (provider === "cpu") return { usable: true, adapter: undefined };
  const known = options.environment ? undefined : probes.get(provider);
  if (known) return known;
  const absent = provider === "cuda" ? missingCudaLibrary() : undefined;
  const probe: ProviderProbe =
    absent === undefined
      ? tryInChild(provider, options)
      : { usable: false, reason: absent, remedy: remedyFor(provider) };
  if (!options.environment) probes.set(provider, probe);
  return probe;
}

/** Why CUDA need not be tried: its library is only there when it was asked for at installation. */
function missingCudaLibrary(): string | undefined {
  const require = createRequire(import.meta.url);
  const { platform, arch } = process;
  const file = platform === "win32" ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
  const bin = join(dirname(require.resolve("onnxruntime-node")), "..", "bin");
  const places = readdirSync(bin).map((binding) => join(bin, binding, platform, arch, file));
  return places.some(existsSync) ? undefined : `onnxruntime-node is installed without ${file}`;
}

function tryInChild(
  provider: ProviderName,
  { environment = process.env, timeoutMillis = 60_000 }: ProbeOptions,
): ProviderProbe {
  const require = createRequire(import.meta.url);
  const child = spawnSync(
    process.execPath,
    [
      "--eval",
      PROBE_PROGRAM,
      require.resolve("onnxruntime-node/dist/binding.js"),
      require.resolve("onnxruntime-common"),
      provider,
      Buffer.from(oneNodeModel("Add", 2, "float32")).toString("base64"),
      JSON.stringify(PROBE_INPUT),
      JSON.stringify(PROBE_OUTPUT),
    ],
    {
      encoding: "utf8",
      timeout: timeoutMillis,
      // NODE_OPTIONS may hold loaders and inspectors meant for this process only.
      // The Vulkan loader then names the device that it opens: ONNX Runtime itself never does.
      env: { ...environment, NODE_OPTIONS: "", VK_LOADER_DEBUG: "driver" },
    },
  );
  const failure = failureOf(child, timeoutMillis);
  if (failure === undefined) return { usable: true, adapter: adapterInLog(provider, child.stderr) };
  return { usable: false, reason: failure, remedy: remedyFor(provider) };
}

interface FinishedChild {
  readonly error?: Error | undefined;
  readonly signal: NodeJS.Signals | null;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why the child did not run the model, in words; undefined if it did. */
function failureOf(child: FinishedChild, timeoutMillis: number): string | undefined {
  if ((child.error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT") {
    return `it did not finish a model of one node within ${timeoutMillis} ms`;
  }
  if (child.error) return `the process to try it in did not start: ${child.error.message}`;
  if (child.signal) return `the process that tried it was ended by ${child.signal}`;
  const lastLine = child.stdout.trimEnd().split("\n").at(-1) ?? "";
  if (child.status !== 0 || !lastLine.startsWith("{")) {
    return `the process that tried it ended with exit code ${child.status}: ${child.stderr.trim().split("\n").at(-1)}`;
  }
  const { error } = JSON.parse(lastLine) as { error?: string };
  return error === undefined ? undefined : tidyMessage(error, child.stderr);
}

/**
 * ONNX Runtime's message without the source position and signature in front; where the message only says that a library failed to
 * load, its log says which one and why.
 */
function tidyMessage(message: string, log: string): string {
  const library = /Failed to load library \S*?([^/\\\s]+) with error: (?:\S*[/\\])?(.+)/.exec(log);
  if (library && /load shared library/i.test(message))
    return `${library[1]} does not load: ${library[2]?.trim()}`;
  return (/was false\. ([\s\S]+)$/.exec(message)?.[1] ?? message).trim().split("\n")[0] ?? message;
}

function remedyFor(provider: ProviderName): string {
  if (provider === "cuda") {
    return "Needs Linux x64, an NVIDIA driver, CUDA 12 with cuDNN 9, and onnxruntime-node's CUDA libraries: install it with its build script allowed and --onnxruntime-node-install=cuda12.";
  }
  return process.platform === "linux"
    ? "Install the GPU's Vulkan driver; without a GPU, Mesa 25 or later holds lavapipe, a Vulkan driver that computes on the CPU (Debian, Ubuntu: mesa-vulkan-drivers)."
    : "Update the GPU's driver, and check that this machine has one that other programs can use.";
}
