import { readEnvironment } from "./environment.js";
import type { Pass } from "./graph/passes.js";
import type { ProviderName } from "./providers/probe.js";
import { chooseProvider, type ProviderChoice } from "./providers/provider.js";

/** What {@link configure} sets. */
export interface BackendOptions {
  /** Threads of ONNX Runtime's CPU kernels; 0 means one for each physical core. Graphs of little work get one. Default: `GAN_ORT_THREADS`, else 0. */
  readonly threads: number;
  /** Execution provider that is asked for; default: `GAN_ORT_PROVIDER`, else `cpu`. */
  readonly provider: ProviderName;
  /** How many compiled graphs of eager execution are kept, and traces of each compiled function; default 256. */
  readonly cacheSize: number;
  /** Raise an error instead of running on tfjs-backend-cpu: for every kernel, or for those named. */
  readonly refuseFallback: boolean | readonly string[];
  /** Folder for a Chrome-trace profile of every session, made by ONNX Runtime; unset by default. */
  readonly profileFolder: string | undefined;
  /** Passes over the graph that are left out, to measure or to debug them; none by default. Holds for what is compiled afterwards. */
  readonly withoutPasses: ReadonlySet<Pass>;
}

const environment = readEnvironment(process.env);
let choice: ProviderChoice | undefined;
const shown = new Set<string>();

/** The provider in use. The first call tries the one that the environment asks for. */
export function providerChoice(): ProviderChoice {
  choice ??= announced(chooseProvider(environment.provider ?? "cpu"));
  return choice;
}

/** Says, once, when another provider is used than was asked for. */
function announced(made: ProviderChoice): ProviderChoice {
  if (made.notice !== undefined && !shown.has(made.notice)) {
    shown.add(made.notice);
    console.warn(`[backend-ort] ${made.notice}`);
  }
  return made;
}

/** The options in force; `provider` is the one in use, which may be another than was asked for. */
export const options: Omit<BackendOptions, "provider"> & { readonly provider: ProviderName } = {
  threads: environment.threads ?? 0,
  get provider() {
    return providerChoice().used;
  },
  cacheSize: 256,
  refuseFallback: false,
  profileFolder: undefined,
  withoutPasses: new Set(),
};

/** Whether a report is printed when the process ends. */
export const explainsAtExit = environment.explain;

/** Puts options in force. What was compiled before does not notice. */
export function setOptions({ provider, ...changes }: Partial<BackendOptions>): void {
  if (provider !== undefined) choice = announced(chooseProvider(provider));
  Object.assign(options, changes);
}
