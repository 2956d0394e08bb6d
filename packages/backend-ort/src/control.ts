import { engine, findBackend } from "@tensorflow/tfjs-core";
import { OrtBackend } from "./backend.js";
import { type BackendOptions, options } from "./config.js";
import { BackendOrtError } from "./errors.js";
import type { GraphReport } from "./statistics.js";

/** What {@link explain} reports. */
export interface BackendReport {
  readonly provider: string;
  /** 0 means one for each physical core. */
  readonly threads: number;
  /** Calls recorded for compilation, by kernel. */
  readonly lowered: Readonly<Record<string, number>>;
  /** Calls that ran on tfjs-backend-cpu's implementation, by kernel. */
  readonly fallbacks: Readonly<Record<string, number>>;
  readonly cacheHits: number;
  readonly cacheMisses: number;
  /** Every compiled graph that is held, eager ones and those of compiled functions. */
  readonly graphs: readonly GraphReport[];
  /** Bytes of free buffers that wait for reuse. */
  readonly pooledBytes: number;
  /** Bytes of all live tensors, of whatever backend. */
  readonly tensorBytes: number;
}

function backend(): OrtBackend | undefined {
  const found = findBackend("ort");
  return found instanceof OrtBackend ? found : undefined;
}

/** Sets options; sessions compiled before keep theirs, so eager ones are dropped. */
export function configure(changes: Partial<BackendOptions>): void {
  for (const key of Object.keys(changes)) {
    if (!(key in options)) {
      throw new BackendOrtError("configure", `unknown option ${key}. Known are ${Object.keys(options).join(", ")}.`);
    }
  }
  Object.assign(options, changes);
  if ("threads" in changes || "provider" in changes || "profileFolder" in changes) backend()?.clearCache();
}

/** Reports what was compiled and what it cost. */
export function explain(): BackendReport {
  const ort = backend();
  return {
    provider: options.provider,
    threads: options.threads,
    lowered: Object.fromEntries(ort?.statistics.lowered ?? []),
    fallbacks: Object.fromEntries(ort?.statistics.fallbacks ?? []),
    cacheHits: ort?.statistics.cacheHits ?? 0,
    cacheMisses: ort?.statistics.cacheMisses ?? 0,
    graphs: ort?.statistics.reports() ?? [],
    pooledBytes: ort?.pool.freeBytes ?? 0,
    tensorBytes: engine().memory().numBytes,
  };
}

/** Computes everything recorded that is still alive. */
export function flush(): void {
  backend()?.flush();
}
