import { engine, findBackend } from "@tensorflow/tfjs-core";
import { OrtBackend } from "./backend.js";
import { type BackendOptions, options, providerChoice, setOptions } from "./config.js";
import { checkProvider, checkThreads } from "./environment.js";
import { BackendOrtError } from "./errors.js";
import type { ProviderChoice } from "./providers/provider.js";
import type { FreedGraphs, GraphReport } from "./statistics.js";

/** What {@link explain} reports. */
export interface BackendReport {
  /** The execution provider asked for and the one used, its device, and why they differ if they do. */
  readonly provider: Pick<ProviderChoice, "requested" | "used" | "adapter" | "notice">;
  /** 0 means one for each physical core. */
  readonly threads: number;
  /** Calls recorded for compilation, by kernel. */
  readonly lowered: Readonly<Record<string, number>>;
  /** Calls that ran on tfjs-backend-cpu's implementation, by kernel. */
  readonly fallbacks: Readonly<Record<string, number>>;
  /** Graphs that were found compiled. */
  readonly cacheHits: number;
  /** Graphs that had to be compiled. */
  readonly cacheMisses: number;
  /** Every compiled graph that is held, eager ones and those of compiled functions. */
  readonly graphs: readonly GraphReport[];
  /** Totals of the graphs that were held before, by name. */
  readonly freedGraphs: readonly FreedGraphs[];
  /** Bytes of free buffers that wait for reuse. */
  readonly pooledBytes: number;
  /** Bytes of the tensors whose value lies on the device. */
  readonly deviceBytes: number;
  /** Bytes of all live tensors, of whatever backend and wherever they lie. */
  readonly tensorBytes: number;
}

function backend(): OrtBackend | undefined {
  const found = findBackend("ort");
  return found instanceof OrtBackend ? found : undefined;
}

/**
 * Sets options. A change of provider, threads or profiling holds for everything that runs afterwards: values on
 * the device come to host memory, and compiled functions trace again at their next call.
 *
 * A provider that cannot start on this machine is not an error: a warning says why and what to do, `cpu` is used
 * instead, and {@link explain} tells. Trying one other than `cpu` takes about half a second.
 *
 * Under `webgpu`, variables that compiled functions assign stay on the device from call to call, and come to
 * host memory when somebody reads them. ONNX Runtime frees the last 1.5 KB of each tensor on the device only
 * when the event loop turns: a long loop should `await` a timer or `setImmediate` every few dozen calls, or it
 * grows. Under `cuda` state is in host memory between calls.
 *
 * WebGPU promises less than the CPU does: NaN may become a number in a comparison, a maximum or ReLU, sums by
 * index (the gradient of tf.gather) are not the same to the last bit every time, and indices outside of a tensor
 * are not refused. What ONNX Runtime cannot do there, or gets wrong, runs on the CPU: {@link explain} tells
 * (`nodesOnCpu`).
 *
 * @throws BackendOrtError for an unknown option, or a value that an option cannot have
 */
export function configure(changes: Partial<BackendOptions>): void {
  for (const key of Object.keys(changes)) {
    if (!(key in options)) {
      throw new BackendOrtError(
        "configure",
        `unknown option ${key}. Known are ${Object.keys(options).join(", ")}.`,
      );
    }
  }
  if (changes.provider !== undefined) checkProvider("provider", changes.provider);
  if (changes.threads !== undefined) checkThreads("threads", changes.threads);
  const before = sessionSettings();
  setOptions(changes);
  if (sessionSettings() !== before) backend()?.endSessions();
}

/** What sessions are compiled for. */
const sessionSettings = (): string =>
  JSON.stringify([options.provider, options.threads, options.profileFolder]);

/** Reports what was compiled and what it cost. */
export function explain(): BackendReport {
  const ort = backend();
  const { requested, used, adapter, notice } = providerChoice();
  return {
    provider: { requested, used, adapter, notice },
    threads: options.threads,
    lowered: Object.fromEntries(ort?.statistics.lowered ?? []),
    fallbacks: Object.fromEntries(ort?.statistics.fallbacks ?? []),
    cacheHits: ort?.statistics.cacheHits ?? 0,
    cacheMisses: ort?.statistics.cacheMisses ?? 0,
    graphs: ort?.statistics.reports() ?? [],
    freedGraphs: [...(ort?.statistics.freed.values() ?? [])],
    pooledBytes: ort?.pool.freeBytes ?? 0,
    deviceBytes: ort?.deviceBytes ?? 0,
    tensorBytes: engine().memory().numBytes,
  };
}

/** Computes everything recorded that is still alive. */
export function flush(): void {
  backend()?.flush();
}
