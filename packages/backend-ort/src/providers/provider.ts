import type { Adapter } from "./adapter.js";
import { type ProbeOptions, type ProviderName, type ProviderProbe, probeProvider } from "./probe.js";

/** The part of ONNX Runtime's session options that names the provider. */
export interface ProviderSessionOptions {
  readonly executionProviders: readonly ProviderName[];
}

/** The provider to use. */
export interface ProviderChoice {
  readonly requested: ProviderName;
  /** `requested`, or `cpu` where that cannot start. */
  readonly used: ProviderName;
  /** Device of `used`; undefined for `cpu`. */
  readonly adapter: Adapter | undefined;
  /** To be spread into the options of each session. */
  readonly sessionOptions: ProviderSessionOptions;
  /** Set exactly if `used` differs from `requested`: a sentence with the reason, the remedy and what is used instead. */
  readonly notice: string | undefined;
}

/**
 * Chooses the provider for a request: the one asked for if it starts on this machine, else `cpu` together with a
 * notice that the caller must show. Never throws; the first call for a provider other than `cpu` takes about half a second
 * (see {@link probeProvider}).
 */
export function chooseProvider(requested: ProviderName, options: ProbeOptions = {}): ProviderChoice {
  const probe = probeProvider(requested, options);
  const used = probe.usable ? requested : "cpu";
  return {
    requested,
    used,
    adapter: probe.usable ? probe.adapter : undefined,
    sessionOptions: { executionProviders: [used] },
    notice: probe.usable ? undefined : `${explainProbe(requested, probe)} Using cpu instead.`,
  };
}

/** One or two sentences on a probe: `webgpu runs on llvmpipe (software).`, or why it cannot start and what to do. */
export function explainProbe(provider: ProviderName, probe: ProviderProbe): string {
  if (!probe.usable)
    return `The provider ${provider} cannot start: ${probe.reason.replace(/[.\s]+$/, "")}. ${probe.remedy}`;
  if (!probe.adapter) return `${provider} runs on this machine's processor.`;
  return `${provider} runs on ${probe.adapter.name} (${probe.adapter.kind}).`;
}

/** Whether WebGPU starts on this machine, with an adapter of any kind. */
export function adapterExists(options: ProbeOptions = {}): boolean {
  return probeProvider("webgpu", options).usable;
}
