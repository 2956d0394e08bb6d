import { BackendOrtError } from "./errors.js";
import { PROVIDERS, type ProviderName } from "./providers/probe.js";

/** What the environment says about the backend; what it leaves out is undefined. */
export interface EnvironmentSettings {
  /** `GAN_ORT_PROVIDER`. */
  readonly provider: ProviderName | undefined;
  /** `GAN_ORT_THREADS`. */
  readonly threads: number | undefined;
  /** `GAN_ORT_EXPLAIN`: print a report to stderr when the process ends. */
  readonly explain: boolean;
}

/**
 * Reads the variables whose names begin with `GAN_ORT_`. An empty one counts as unset.
 * @throws BackendOrtError for a value that a variable cannot have
 */
export function readEnvironment(environment: NodeJS.ProcessEnv): EnvironmentSettings {
  const provider = environment["GAN_ORT_PROVIDER"] || undefined;
  const threads = environment["GAN_ORT_THREADS"] || undefined;
  const explain = environment["GAN_ORT_EXPLAIN"] || "0";
  if (provider !== undefined) checkProvider("GAN_ORT_PROVIDER", provider);
  if (threads !== undefined) checkThreads("GAN_ORT_THREADS", Number(threads));
  if (explain !== "0" && explain !== "1") {
    throw new BackendOrtError(
      "GAN_ORT_EXPLAIN",
      `is 1 to print a report at the end, or 0; got ${explain}. Unset it or set it to 1.`,
    );
  }
  return { provider, threads: threads === undefined ? undefined : Number(threads), explain: explain === "1" };
}

/** @throws BackendOrtError unless `value` names an execution provider */
export function checkProvider(subject: string, value: unknown): asserts value is ProviderName {
  if ((PROVIDERS as readonly unknown[]).includes(value)) return;
  throw new BackendOrtError(
    subject,
    `is one of ${PROVIDERS.join(", ")}; got ${String(value)}. Name one of these.`,
  );
}

/** @throws BackendOrtError unless `value` is a whole number of at least 0 */
export function checkThreads(subject: string, value: unknown): asserts value is number {
  if (Number.isInteger(value) && (value as number) >= 0) return;
  throw new BackendOrtError(
    subject,
    `is a whole number of at least 0, where 0 means one for each physical core; got ${String(value)}.`,
  );
}
