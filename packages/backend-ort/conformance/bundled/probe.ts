import { getKernelsForBackend, type KernelFunc } from "@tensorflow/tfjs-core";
import type { KernelCount } from "../events.js";

interface Tally {
  calls: number;
  fallback: number;
  readonly dtypes: Record<string, { calls: number; fallback: number }>;
}

interface Call {
  readonly kernel: string;
  fellBack: boolean;
}

/** The calls that the engine is making now, innermost last. */
const running: Call[] = [];
const tallies = new Map<string, Tally>();

/** Notes, whenever a kernel of tfjs-backend-cpu runs inside a call of the same kernel, that this call fell back. */
export function probeFallback(): void {
  for (const config of getKernelsForBackend("cpu")) {
    const original = config.kernelFunc;
    const noted: KernelFunc = (parameters) => {
      const call = running.at(-1);
      if (call?.kernel === config.kernelName) {
        call.fellBack = true;
      }
      return original(parameters);
    };
    Object.assign(config, { kernelFunc: noted });
  }
}

/** Counts every call that the engine makes to a kernel of this backend from now on. */
export function probeCalls(backendName: string): void {
  for (const config of getKernelsForBackend(backendName)) {
    const original = config.kernelFunc;
    const counted: KernelFunc = (parameters) => {
      const call: Call = { kernel: config.kernelName, fellBack: false };
      running.push(call);
      try {
        return original(parameters);
      } finally {
        running.pop();
        count(call, dtypesOf(parameters.inputs));
      }
    };
    Object.assign(config, { kernelFunc: counted });
  }
}

/** Everything counted so far, by kernel name. */
export function kernelCounts(): KernelCount[] {
  return [...tallies]
    .map(([kernel, tally]) => ({ kernel, ...tally }))
    .sort((one, other) => (one.kernel < other.kernel ? -1 : 1));
}

function count(call: Call, dtypes: string): void {
  const tally: Tally = tallies.get(call.kernel) ?? { calls: 0, fallback: 0, dtypes: {} };
  tallies.set(call.kernel, tally);
  const perDtypes = tally.dtypes[dtypes] ?? { calls: 0, fallback: 0 };
  tally.dtypes[dtypes] = perDtypes;
  for (const entry of [tally, perDtypes]) {
    entry.calls++;
    entry.fallback += call.fellBack ? 1 : 0;
  }
}

function dtypesOf(inputs: Parameters<KernelFunc>[0]["inputs"]): string {
  const dtypes = Object.values(inputs)
    .filter((input) => input != null)
    .map((input) => input.dtype);
  // Concat, Pack and AddN take any number of tensors: their common dtype says it all.
  const distinct = new Set(dtypes);
  return Array.isArray(inputs) ? [...distinct].join("|") : dtypes.join(",");
}
