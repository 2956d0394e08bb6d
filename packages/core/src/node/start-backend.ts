import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { BackendError } from "../errors/index.js";
import { type BackendName, backendNames, type PassedOver, type RunningBackend } from "./backend-names.js";
import { loadTfjsNode, type TfjsNodeName } from "./load-tfjs-node.js";

/** Options of {@link startBackend}. */
export interface StartBackendOptions {
  /**
   * Told of what is installed but at fault, though another is taken, and of tfjs-node-gpu that was asked for and sees
   * no card. Default: console.warn.
   */
  onFault?: ((message: string) => void) | undefined;
  /** Told of each that is not taken, also when none starts in the end. */
  onPassedOver?: ((passed: PassedOver) => void) | undefined;
  /** Where to look for @tensorflow/tfjs-node(-gpu), upwards. Default: this package and the working folder. */
  folders?: readonly string[] | undefined;
}

/** What one candidate comes to. */
type Outcome = Omit<RunningBackend, "passedOver"> | PassedOver;

const providers = ["cuda", "webgpu", "cpu"] as const;
type Provider = (typeof providers)[number];

/**
 * Makes a backend the current one of tfjs: by default the fastest that works on this machine. Looking for a
 * graphics card takes up to a second.
 *
 * ```ts
 * const { backend, device, passedOver } = await startBackend();
 * ```
 *
 * @throws BackendError when what was asked for cannot start, with the reason and the remedy; for `auto` when
 *   ONNX Runtime has no binary for this machine.
 */
export async function startBackend(
  request: BackendName = "auto",
  options: StartBackendOptions = {},
): Promise<RunningBackend> {
  const passedOver: PassedOver[] = [];
  const refusals: unknown[] = [];
  for (const candidate of listCandidates(request)) {
    const outcome = await tryCandidate(candidate, request, options, refusals);
    if ("backend" in outcome) return { ...outcome, passedOver };
    passedOver.push(outcome);
    options.onPassedOver?.(outcome);
    if (outcome.state === "faulty" && request !== candidate) {
      const tell = options.onFault ?? console.warn;
      tell(`${outcome.name} is passed over: ${outcome.reason}. Remedy: ${outcome.remedy}.`);
    }
  }
  const last = passedOver.at(-1) as PassedOver;
  throw new BackendError(
    "core",
    `the backend ${request} cannot start: ${last.reason}. Remedy: ${last.remedy}.`,
    { cause: refusals.at(-1) },
  );
}

/** What the environment asks `ort` for. */
const wantedProvider = () => (process.env["GAN_ORT_PROVIDER"] || undefined) as Provider | undefined;

function listCandidates(request: BackendName): Exclude<BackendName, "auto" | "ort">[] {
  const wanted = wantedProvider();
  const ort = (wanted ? [wanted] : providers).map((provider) => `ort-${provider}` as const);
  if (request === "auto") return ["tfjs-node-gpu", ...ort];
  if (request === "ort") return ort;
  if (backendNames.includes(request)) return [request];
  throw new BackendError(
    "core",
    `a backend must be one of ${backendNames.join(", ")}, got ${String(request)}.`,
  );
}

async function tryCandidate(
  candidate: Exclude<BackendName, "auto" | "ort">,
  request: BackendName,
  options: StartBackendOptions,
  refusals: unknown[],
): Promise<Outcome> {
  if (candidate === "tfjs-cpu") {
    await import("@gan/backend-ort"); // brings tfjs's plain backend with it
    await makeCurrent("cpu");
    return { backend: "tfjs-cpu", device: "cpu", hardware: processorName() };
  }
  if (candidate === "tfjs-node" || candidate === "tfjs-node-gpu") {
    return tryTfjsNode(candidate, request, options, refusals);
  }
  return tryOrt(candidate, request, refusals);
}

async function tryTfjsNode(
  name: TfjsNodeName,
  request: BackendName,
  options: StartBackendOptions,
  refusals: unknown[],
): Promise<Outcome> {
  const failure = await loadTfjsNode(name, options.folders);
  if (failure !== undefined) {
    const { cause, ...passed } = failure;
    refusals.push(cause);
    return passed;
  }
  const { findBackend } = await import("@tensorflow/tfjs-core");
  await makeCurrent("tensorflow");
  const backend = findBackend("tensorflow") as TfjsNodeBackend | null;
  const usesGpu = backend?.isUsingGpuDevice === true;
  const version = backend?.binding?.TF_Version;
  if (name === "tfjs-node-gpu" && !usesGpu) {
    const reason = `@tensorflow/${name} sees no CUDA device`;
    const remedy = `install NVIDIA's driver and ${describeCuda(version)}`;
    if (request === "auto") return { name, state: "no-device", reason, remedy };
    (options.onFault ?? console.warn)(`${reason} and computes on the processor. Remedy: ${remedy}.`);
  }
  return {
    backend: name,
    device: usesGpu ? "gpu" : "cpu",
    hardware: usesGpu ? "NVIDIA GPU" : processorName(),
    ...(version !== undefined && { library: `TensorFlow ${version}` }),
  };
}

/** What is asked of the backend that tfjs-node registers. */
interface TfjsNodeBackend {
  isUsingGpuDevice?: boolean;
  binding?: { TF_Version?: string };
}

/** What TensorFlow's library needs besides the driver. 2.9 is what npm's tfjs-node brings. */
function describeCuda(version = "2.9"): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || minor >= 15
    ? "CUDA 12 and cuDNN, which npm run tfjs-node -- install --gpu --cuda in @gan's repository brings"
    : "CUDA 11.2 and cuDNN 8.1";
}

async function tryOrt(
  candidate: `ort-${Provider}`,
  request: BackendName,
  refusals: unknown[],
): Promise<Outcome> {
  const { configure, loadRuntime, probeProvider } = await import("@gan/backend-ort");
  try {
    loadRuntime();
  } catch (cause) {
    refusals.push(cause);
    return {
      name: candidate,
      state: "unbuilt",
      reason: `ONNX Runtime's binary for ${process.platform}-${process.arch} does not load (${firstLine((cause as Error).cause ?? cause)})`,
      remedy:
        "install it again, npm install --force onnxruntime-node; or take --backend tfjs-cpu, which is very slow",
    };
  }
  const provider = candidate.slice("ort-".length) as Provider;
  const isAsked = request === candidate || wantedProvider() === provider;
  if (provider === "webgpu" && !isAsked && !showsGraphicsCard()) {
    return {
      name: candidate,
      state: "no-device",
      reason: `this machine shows no graphics card (${graphicsDevices.join(", ")})`,
      remedy: "--backend ort-webgpu tries all the same",
    };
  }
  const probe = probeProvider(provider);
  if (!probe.usable) {
    refusals.push(probe);
    const state = /is installed without/.test(probe.reason) ? "absent" : "no-device";
    return {
      name: candidate,
      state,
      reason: probe.reason.replace(/\.$/, ""),
      remedy: probe.remedy.replace(/\.$/, ""),
    };
  }
  if (provider === "webgpu" && !isAsked && probe.adapter?.kind === "software") {
    return {
      name: candidate,
      state: "no-device",
      reason: `WebGPU runs on ${probe.adapter.name} only, which computes on the processor`,
      remedy: "--backend ort-webgpu takes it all the same",
    };
  }
  configure({ provider });
  await makeCurrent("ort");
  return { backend: "ort", device: provider, hardware: probe.adapter?.name ?? processorName() };
}

const firstLine = (error: unknown) => (error as Error).message.split("\n")[0];

async function makeCurrent(name: string): Promise<void> {
  const { ready, setBackend } = await import("@tensorflow/tfjs-core");
  const isSet = await setBackend(name);
  await ready();
  if (!isSet) throw new BackendError("core", `tfjs's backend ${name} could not be initialised.`);
}

const graphicsDevices = ["/dev/dri", "/dev/nvidia0", "/dev/kfd", "/dev/dxg"];

/** Elsewhere than on Linux it has to be tried. */
function showsGraphicsCard(): boolean {
  return process.platform !== "linux" || graphicsDevices.some((path) => existsSync(path));
}

function processorName(): string {
  return cpus()[0]?.model.trim() || process.arch;
}
