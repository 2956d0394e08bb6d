import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs-core";
import { explain } from "../src/index.js";

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
  /** Name of the compiled function, as explain() lists it. */
  readonly graph: string;
  /** tfjs backend that runs it. */
  readonly backend: string;
  /** Resident size before anything ran, which peak memory is counted from. */
  readonly idleMegabytes: number;
  /** One training step; returns its losses as numbers. */
  run(): readonly number[];
}

/** Answers the driver (benchmarks/peers/peer_protocol.py) until it quits, then ends the process. */
export async function serveSteps({ graph, backend, idleMegabytes, run }: ServedStep): Promise<never> {
  const ownGraph = () => explain().graphs.find(({ name }) => name === graph);
  const timeSteps = (steps: number) => {
    const before = ownGraph();
    const milliseconds: number[] = [];
    let losses: readonly number[] = [];
    for (let index = 0; index < steps; index++) {
      const start = performance.now();
      losses = run();
      milliseconds.push(performance.now() - start);
    }
    const after = ownGraph();
    const peak = statusMegabytes("VmHWM");
    return {
      milliseconds,
      losses,
      peakMemoryMB: peak === undefined ? null : peak - idleMegabytes,
      ...(after && {
        runMilliseconds: after.runMillis - (before?.runMillis ?? 0),
        compileMilliseconds: after.compileMillis,
        operations: after.operations,
        kernels: after.kernels,
        nodes: after.nodes,
      }),
    };
  };
  const answer = (value: unknown) => console.log(JSON.stringify(value));
  const compiles = backend === "ort";
  const warmUpStart = performance.now();
  // tfjs's own backend needs no compiling, and a step of it takes long.
  if (compiles) timeSteps(2);
  answer({
    peer: compiles ? "ours" : `tfjs-${backend}`,
    version: tf.version_core,
    threads: compiles ? explain().threads : 1,
    setting: compiles ? explain().provider.used : "eager",
    warmUpMilliseconds: performance.now() - warmUpStart,
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as { steps?: number; quit?: boolean };
    if (request.quit) break;
    answer(request.steps ? timeSteps(request.steps) : { error: `expected steps or quit, got ${line}` });
  }
  process.exit(0);
}
