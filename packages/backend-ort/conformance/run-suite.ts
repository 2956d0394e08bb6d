import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BackendAccount, KernelCount, SpecResult, SuiteEvent, SuiteRequest } from "./events.js";
import { addAccounts, addCounts } from "./kernel-counts.js";
import type { BackendName, RunName } from "./options.js";

/** A process that has told nothing for so long is taken to hang; the slowest spec's own limit is 20 s. */
const SILENCE_LIMIT_MILLIS = 120_000;
const POLL_MILLIS = 250;
/** Each restart costs one spec; more would only repeat one fault. */
const RESTART_LIMIT = 25;

export interface RunSettings {
  readonly suite: string;
  readonly backend: BackendName;
  readonly run: RunName;
  readonly filter: string | undefined;
  /** Default two minutes. */
  readonly silenceLimitMillis?: number;
}

export interface SuiteRun {
  readonly results: readonly SpecResult[];
  readonly kernels: readonly KernelCount[];
  /** What the backend itself counted; undefined where it counts nothing. */
  readonly account: BackendAccount | undefined;
  readonly specsDefined: number;
  readonly seconds: number;
  /** Where the suite's own output went. */
  readonly logFile: string;
}

interface Attempt {
  readonly events: readonly SuiteEvent[];
  /** Why the process ended before the suite did; undefined when it did not. */
  readonly death: string | undefined;
}

/**
 * Runs a bundled suite in a process of its own. A spec that ends the process (a crash in native code, an exit, a
 * hang) counts as failed, and a new process goes on with the specs after it.
 *
 * @param bundle its folder takes the files through which the processes talk, and what they print
 * @param onProgress called now and then with the number of specs answered for so far
 */
export async function runSuite(
  bundle: string,
  settings: RunSettings,
  onProgress?: (specs: number) => void,
): Promise<SuiteRun> {
  const stem = join(dirname(bundle), settings.run);
  const logFile = `${stem}.log`;
  rmSync(logFile, { force: true });
  const begun = performance.now();
  const answered = new Map<string, SpecResult>();
  const outside: SpecResult[] = [];
  const kernels: KernelCount[][] = [];
  const accounts: BackendAccount[] = [];
  let specsDefined = 0;
  for (let restarts = 0; ; restarts++) {
    const { events, death } = await runProcess(
      bundle,
      stem,
      {
        backend: settings.backend,
        refuseFallback: settings.run === "refused",
        filter: settings.filter,
        skipIds: [...answered.keys()],
        eventsFile: `${stem}.events.jsonl`,
      },
      settings.silenceLimitMillis ?? SILENCE_LIMIT_MILLIS,
      onProgress && ((specs) => onProgress(answered.size + specs)),
    );
    let running: { readonly id: string; readonly name: string } | undefined;
    let snapshot: KernelCount[] = [];
    let account: BackendAccount | undefined;
    for (const event of events) {
      if (event.type === "started") {
        running = event;
      } else if (event.type === "spec") {
        answered.set(event.id, event.result);
        running = undefined;
      } else if (event.type === "outside") {
        outside.push(event.result);
      } else if (event.type === "kernels") {
        snapshot = [...event.kernels];
        account = event.account;
      } else {
        specsDefined = event.specsDefined;
        if (event.incomplete !== undefined && settings.filter === undefined && restarts === 0) {
          outside.push(failure("the whole suite", `did not run in full: ${event.incomplete}`));
        }
      }
    }
    kernels.push(snapshot);
    if (account !== undefined) {
      accounts.push(account);
    }
    if (death === undefined) {
      break;
    }
    if (running === undefined || restarts === RESTART_LIMIT) {
      outside.push(failure("the whole suite", `${death}; its output is in ${logFile}`));
      break;
    }
    answered.set(running.id, failure(running.name, `${death} during this spec; its output is in ${logFile}`));
  }
  return {
    results: [...answered.values(), ...outside],
    kernels: addCounts(kernels),
    account: accounts.length > 0 ? addAccounts(accounts) : undefined,
    specsDefined,
    seconds: (performance.now() - begun) / 1000,
    logFile,
  };
}

async function runProcess(
  bundle: string,
  stem: string,
  request: SuiteRequest,
  silenceLimitMillis: number,
  onProgress: ((specs: number) => void) | undefined,
): Promise<Attempt> {
  const requestFile = `${stem}.request.json`;
  writeFileSync(requestFile, JSON.stringify(request));
  rmSync(request.eventsFile, { force: true });
  const log = openSync(`${stem}.log`, "a");
  const child = spawn(process.execPath, [bundle, requestFile], { stdio: ["ignore", log, log] });
  closeSync(log);
  const hung = watch(child, request.eventsFile, silenceLimitMillis, () =>
    onProgress?.(readEvents(request.eventsFile).filter(({ type }) => type === "spec").length),
  );
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (...outcome) => resolve(outcome));
  });
  const silent = hung();
  const events = readEvents(request.eventsFile);
  const done = events.some(({ type }) => type === "done");
  if (silent) {
    return { events, death: `no sign of life for ${silenceLimitMillis / 1000} s, stopped` };
  }
  if (done && code === 0) {
    return { events, death: undefined };
  }
  return { events, death: `the process ended early with ${signal ?? `code ${code}`}` };
}

/** Reports progress while the process lives, and stops it when it hangs. The result ends that, and says whether it hung. */
function watch(
  child: ChildProcess,
  eventsFile: string,
  silenceLimitMillis: number,
  onProgress: () => void,
): () => boolean {
  let size = -1;
  // Counted by looks, not by the clock: while the machine sleeps, nobody can give a sign of life.
  let silentMillis = 0;
  let hung = false;
  const timer = setInterval(() => {
    const now = existsSync(eventsFile) ? statSync(eventsFile).size : 0;
    if (now !== size) {
      size = now;
      silentMillis = 0;
      onProgress();
      return;
    }
    silentMillis += POLL_MILLIS;
    if (silentMillis > silenceLimitMillis) {
      hung = true;
      child.kill("SIGKILL");
    }
  }, POLL_MILLIS);
  return () => {
    clearInterval(timer);
    return hung;
  };
}

function readEvents(file: string): SuiteEvent[] {
  if (!existsSync(file)) {
    return [];
  }
  const text = readFileSync(file, "utf8");
  // A line without its end is one that is being written, or that a crash cut off.
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as SuiteEvent);
}

function failure(name: string, message: string): SpecResult {
  return { name, status: "failed", millis: 0, failures: [{ message, stack: [] }] };
}
