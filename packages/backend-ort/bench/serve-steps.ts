import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs-core";
import type { BackendReport, GraphReport } from "../src/index.js";

/** Megabytes (1e6 bytes) of a field of /proc/self/status; undefined on systems without /proc. */
export function statusMegabytes(field: string): number | undefined {
  try {
    const line = readFileSync("/proc/self/status", "utf8").match(new RegExp(`^${field}:\\s+(\\d+) kB`, "m"));
    return line ? (Number(line[1]) * 1024) / 1e6 : undefined;
  } catch {
    return undefined;
  }
}

/** What {@link serveSteps} serves. */
export interface ServedStep {
  /** Name of the compiled function, as explain() lists it; it may have several graphs. */
  readonly graph: string;
  /** The backend's own. */
  explain(): BackendReport;
  /** What runs it: `ort`, which compiles it, `tfjs-node`, or another backend of tfjs. */
  readonly backend: string;
  /** What another backend than `ort` says of itself. Default: tfjs's version, one thread. */
  readonly description?: { readonly version: string; readonly threads: number };
  /** Resident size before anything ran, which peak memory is counted from. */
  readonly idleMegabytes: number;
  /** One training step; gives its losses as numbers. */
  run(): readonly number[] | Promise<readonly number[]>;
}

/** Answers the driver (benchmarks/peers/peer_protocol.py) until it quits, then ends the process. */
export async function serveSteps(served: ServedStep): Promise<never> {
  const { graph, backend, idleMegabytes, run, explain } = served;
  const { description = { version: tf.version_core, threads: 1 } } = served;
  const ownGraphs = () => explain().graphs.filter(({ name }) => name === graph);
  const total = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0);
  const timeSteps = async (steps: number) => {
    const runsBefore = ownGraphs();
    const milliseconds: number[] = [];
    let losses: readonly number[] = [];
    for (let index = 0; index < steps; index++) {
      const start = performance.now();
      losses = await run();
      milliseconds.push(performance.now() - start);
    }
    const after = ownGraphs();
    // Graphs are listed in the order in which they were compiled.
    const runs = after.map((one, index) => one.runs - (runsBefore[index]?.runs ?? 0));
    const perStep = (pick: (one: GraphReport) => number) =>
      total(after.map((one, index) => (pick(one) * (runs[index] as number)) / steps));
    const peak = statusMegabytes("VmHWM");
    return {
      milliseconds,
      losses,
      peakMemoryMB: peak === undefined ? null : peak - idleMegabytes,
      ...(after.length > 0 && {
        runMilliseconds: total(
          after.map((one, index) => one.runMillis - (runsBefore[index]?.runMillis ?? 0)),
        ),
        compileMilliseconds: Math.max(...after.map((one) => one.compileMillis)),
        operations: perStep((one) => one.operations),
        productBytes: perStep((one) => one.bytes.products),
        otherBytes: perStep((one) => one.bytes.others),
        nodesRun: perStep((one) => one.nodes),
        graphs: after.length,
        nodes: Math.max(...after.map((one) => one.nodes)),
      }),
    };
  };
  const answer = (value: unknown) => console.log(JSON.stringify(value));
  const compiles = backend === "ort";
  const warmUpStart = performance.now();
  // tfjs's own backend needs no compiling, and a step of it takes long.
  if (compiles) await timeSteps(2);
  answer({
    peer: compiles ? "ours" : `tfjs-${backend.replace("tfjs-", "")}`,
    version: description.version,
    threads: compiles ? explain().threads : description.threads,
    setting: compiles ? explain().provider.used : "eager",
    warmUpMilliseconds: performance.now() - warmUpStart,
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as { steps?: number; quit?: boolean };
    if (request.quit) break;
    answer(request.steps ? await timeSteps(request.steps) : { error: `expected steps or quit, got ${line}` });
  }
  process.exit(0);
}
