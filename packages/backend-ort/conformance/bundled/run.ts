import { closeSync, openSync, writeSync } from "node:fs";
import { afterSpec, backendAccount } from "conformance-backend";
import type { SpecFailure, SpecResult, SuiteEvent } from "../events.js";
import { environment } from "./jasmine.js";
import { kernelCounts } from "./probe.js";
import { request } from "./request.js";

/** After so many specs the counts are written down, for the case that a later spec ends the process. */
const SPECS_PER_SNAPSHOT = 200;
const STACK_LINES = 6;

// Written at once and not through a channel between processes: what is written survives a crash of this one.
const events = openSync(request.eventsFile, "a");
const tell = (event: SuiteEvent): void => {
  writeSync(events, `${JSON.stringify(event)}\n`);
};
const tellCounts = (): void => {
  tell({ type: "kernels", kernels: kernelCounts(), account: backendAccount() });
};

const skipIds = new Set(request.skipIds);
const filter = request.filter === undefined ? undefined : new RegExp(request.filter);
const uses = new Map<string, number>();
/** Of the specs that run, by id. */
const names = new Map<string, string>();
let specsDefined = 0;
let specsDone = 0;

environment.configure({
  random: false,
  specFilter: (spec) => {
    const name = spec.getFullName();
    const use = (uses.get(name) ?? 0) + 1;
    uses.set(name, use);
    const selected = !skipIds.has(spec.id) && (filter === undefined || filter.test(name));
    if (selected) {
      names.set(spec.id, use === 1 ? name : `${name} (${use})`);
    }
    return selected;
  },
});

environment.addReporter({
  jasmineStarted: ({ totalSpecsDefined }) => {
    specsDefined = totalSpecsDefined;
  },
  specStarted: ({ id }) => {
    const name = names.get(id);
    if (name !== undefined) {
      tell({ type: "started", id, name });
    }
  },
  specDone: (spec) => {
    if (spec.status === "excluded") {
      return;
    }
    afterSpec();
    tell({
      type: "spec",
      id: spec.id,
      result: {
        name: names.get(spec.id) ?? spec.fullName,
        status: spec.status === "pending" ? "skipped" : spec.status,
        millis: spec.duration ?? 0,
        failures: failuresOf(spec),
      },
    });
    specsDone++;
    if (specsDone % SPECS_PER_SNAPSHOT === 0) {
      tellCounts();
    }
  },
  // Errors in beforeAll and afterAll, and those thrown when no spec was running, belong to no spec.
  suiteDone: (suite) => tellOutside(`${suite.fullName} (outside its specs)`, suite),
  jasmineDone: (outcome) => {
    tellOutside("the whole suite (outside its specs)", outcome);
    tellCounts();
    tell({ type: "done", specsDefined, incomplete: outcome.incompleteReason });
  },
});

await environment.execute();
closeSync(events);
process.exit(0);

function tellOutside(name: string, outcome: Parameters<typeof failuresOf>[0]): void {
  const failures = failuresOf(outcome);
  if (failures.length > 0) {
    const result: SpecResult = { name, status: "failed", millis: 0, failures };
    tell({ type: "outside", result });
  }
}

function failuresOf(outcome: {
  readonly failedExpectations: readonly { readonly message: string; readonly stack: string }[];
}): SpecFailure[] {
  return outcome.failedExpectations.map(({ message, stack }) => ({
    message,
    stack: (stack ?? "")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line.startsWith("at "))
      .slice(0, STACK_LINES),
  }));
}
