/** The parts of jasmine-core that the conformance run uses; the package ships no types. */
declare module "jasmine-core/lib/jasmine-core/jasmine.js" {
  interface Expectation {
    readonly message: string;
    readonly stack: string;
  }
  interface SuiteOutcome {
    readonly fullName: string;
    readonly failedExpectations: readonly Expectation[];
  }
  interface SpecOutcome extends SuiteOutcome {
    readonly id: string;
    readonly status: "passed" | "failed" | "pending" | "excluded";
    /** Milliseconds. */
    readonly duration: number | null;
  }
  interface Reporter {
    jasmineStarted?(info: { readonly totalSpecsDefined: number }): void;
    specStarted?(spec: SpecOutcome): void;
    specDone?(spec: SpecOutcome): void;
    suiteDone?(suite: SuiteOutcome): void;
    jasmineDone?(
      info: { readonly overallStatus: string; readonly incompleteReason?: string } & Pick<
        SuiteOutcome,
        "failedExpectations"
      >,
    ): void;
  }
  interface Environment {
    configure(configuration: {
      readonly random: boolean;
      readonly specFilter?: (spec: { readonly id: string; getFullName(): string }) => boolean;
    }): void;
    addReporter(reporter: Reporter): void;
    execute(): Promise<unknown>;
  }
  interface Jasmine {
    DEFAULT_TIMEOUT_INTERVAL: number;
    getEnv(options?: { readonly suppressLoadErrors: boolean }): Environment;
  }
  interface JasmineRequire {
    core(self: JasmineRequire): Jasmine;
    interface(jasmine: Jasmine, environment: Environment): Record<string, unknown>;
  }
  const jasmineRequire: JasmineRequire;
  export default jasmineRequire;
}
