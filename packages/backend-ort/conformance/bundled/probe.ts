import { getKernel, getKernelsForBackend, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import { describeCall, describeInputs } from "../call-dtypes.js";
import type { KernelCount } from "../events.js";

interface Call {
  readonly kernel: string;
  fellBack: boolean;
}

interface Tally {
  alias: boolean;
  calls: number;
  fallback: number;
  readonly dtypes: Record<string, { calls: number; fallback: number }>;
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

/**
 * Counts every call that the engine makes to a kernel of this backend from now on, save those that
 * throw before they have taken a path. A kernel that is registered with tfjs-backend-cpu's very function
 * (Identity, Reshape and others, which share memory) is an alias.
 *
 * @param beforeCall gets the dtypes of a call's inputs, as they are counted, before it is made
 */
export function probeCalls(backendName: string, beforeCall?: (dtypes: string) => void): void {
  for (const config of getKernelsForBackend(backendName)) {
    const { kernelName, kernelFunc } = config;
    const alias = backendName !== "cpu" && getKernel(kernelName, "cpu")?.kernelFunc === kernelFunc;
    const counted: KernelFunc = (parameters) => {
      const call: Call = { kernel: kernelName, fellBack: false };
      const { inputs, attrs } = parameters;
      // RaggedGather has a list among its inputs.
      const dtypes = describeInputs(
        Object.values(inputs).flat().filter(isGiven),
        Array.isArray(inputs),
        attrs?.dtype,
      );
      beforeCall?.(dtypes);
      running.push(call);
      let results: readonly TensorInfo[] | undefined;
      try {
        const outputs = kernelFunc(parameters);
        results = [outputs].flat();
        return outputs;
      } finally {
        running.pop();
        if (results || call.fellBack) {
          count(kernelName, describeCall(dtypes, results ?? []), alias, call.fellBack && !alias);
        }
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

function count(kernel: string, dtypes: string, alias: boolean, fellBack: boolean): void {
  const tally = tallies.get(kernel) ?? { alias, calls: 0, fallback: 0, dtypes: {} };
  tallies.set(kernel, tally);
  const perDtypes = tally.dtypes[dtypes] ?? { calls: 0, fallback: 0 };
  tally.dtypes[dtypes] = perDtypes;
  for (const entry of [tally, perDtypes]) {
    entry.calls++;
    entry.fallback += fellBack ? 1 : 0;
  }
}

/** Optional inputs, a fused convolution's bias for one, come as null or undefined. */
function isGiven<Input>(input: Input | null | undefined): input is Input {
  return input !== null && input !== undefined;
}
