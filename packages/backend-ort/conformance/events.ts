/** What the process that runs a suite tells the one that started it: one JSON object a line, in a file. */
export type SuiteEvent =
  | { readonly type: "started"; readonly id: string; readonly name: string }
  | { readonly type: "spec"; readonly id: string; readonly result: SpecResult }
  | { readonly type: "outside"; readonly result: SpecResult }
  | {
      readonly type: "kernels";
      readonly kernels: readonly KernelCount[];
      readonly account: BackendAccount | undefined;
    }
  | { readonly type: "done"; readonly specsDefined: number; readonly incomplete: string | undefined };

export interface SpecResult {
  /** Full name: the describes' names and the spec's own; ` (2)` and so on where a name is used again. */
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly millis: number;
  readonly failures: readonly SpecFailure[];
}

export interface SpecFailure {
  readonly message: string;
  /** First lines of the stack. */
  readonly stack: readonly string[];
}

/** Calls by kernel, as the backend under test itself reports them. */
export interface BackendAccount {
  readonly lowered: Readonly<Record<string, number>>;
  readonly fallbacks: Readonly<Record<string, number>>;
}

/**
 * How often the engine called a kernel of the backend under test, and how often that call ran on the fallback;
 * calls that threw before that was decided are not among them.
 */
export interface KernelCount {
  readonly kernel: string;
  /** The backend under test registers tfjs-backend-cpu's function as its own. */
  readonly alias: boolean;
  readonly calls: number;
  readonly fallback: number;
  /** The same two, per dtypes of the call's inputs as `describeInputs` names them. */
  readonly dtypes: Readonly<Record<string, { readonly calls: number; readonly fallback: number }>>;
}

/** How a suite's process is told what to do; the path of this as JSON is its only argument. */
export interface SuiteRequest {
  readonly backend: string;
  readonly refuseFallback: boolean;
  readonly filter: string | undefined;
  /** Jasmine's ids of the specs that an earlier process, which then ended early, has answered for. */
  readonly skipIds: readonly string[];
  readonly eventsFile: string;
}
