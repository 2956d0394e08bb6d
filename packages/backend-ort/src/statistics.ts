import type { GraphBytes } from "./graph/operations.js";
import type { Executable } from "./runtime/executable.js";

/** One compiled graph, as {@link explain} reports it. */
export interface GraphReport {
  /** The compiled function's name, or `eager`. */
  readonly name: string;
  /** tfjs kernels recorded. */
  readonly kernels: number;
  /** ONNX nodes written, before ONNX Runtime's own optimisation. */
  readonly nodes: number;
  /** Milliseconds to write the model and load it into ONNX Runtime. */
  readonly compileMillis: number;
  /** How often it ran. */
  readonly runs: number;
  /** Milliseconds spent inside ONNX Runtime over all runs. */
  readonly runMillis: number;
  /** Floating point operations of one run: convolutions and matrix products. */
  readonly operations: number;
  /** Bytes that the nodes of one run read and write, those of convolutions and matrix products by themselves. */
  readonly bytes: GraphBytes;
  /** Nodes that ONNX Runtime runs on the CPU under another provider, by operator; known after the first run. */
  readonly nodesOnCpu: Readonly<Record<string, number>>;
}

/** Totals of the graphs of one name that are no longer held. */
export interface FreedGraphs {
  /** The name that the graphs shared. */
  readonly name: string;
  /** How many there were. */
  readonly graphs: number;
  /** Milliseconds spent on compiling them. */
  readonly compileMillis: number;
  /** How often they ran, all together. */
  readonly runs: number;
  /** Milliseconds that these runs took. */
  readonly runMillis: number;
}

/** Counters behind {@link explain}. */
export class Statistics {
  readonly lowered = new Map<string, number>();
  readonly fallbacks = new Map<string, number>();
  cacheHits = 0;
  cacheMisses = 0;
  readonly graphs = new Map<Executable, number>();
  readonly freed = new Map<string, FreedGraphs>();

  countLowered(kernel: string): void {
    this.lowered.set(kernel, (this.lowered.get(kernel) ?? 0) + 1);
  }

  countFallback(kernel: string): void {
    this.fallbacks.set(kernel, (this.fallbacks.get(kernel) ?? 0) + 1);
  }

  /** Takes a graph that is about to be freed out of the reports, into the totals of its name. */
  retire(graph: Executable): void {
    const kernels = this.graphs.get(graph);
    if (kernels === undefined) return;
    this.graphs.delete(graph);
    const before = this.freed.get(graph.name) ?? {
      name: graph.name,
      graphs: 0,
      compileMillis: 0,
      runs: 0,
      runMillis: 0,
    };
    this.freed.set(graph.name, {
      name: graph.name,
      graphs: before.graphs + 1,
      compileMillis: before.compileMillis + graph.compileMillis,
      runs: before.runs + graph.runs,
      runMillis: before.runMillis + graph.runMillis,
    });
  }

  reset(): void {
    this.lowered.clear();
    this.fallbacks.clear();
    this.cacheHits = 0;
    this.cacheMisses = 0;
  }

  reports(): GraphReport[] {
    return [...this.graphs].map(([graph, kernels]) => ({
      name: graph.name,
      kernels,
      nodes: graph.nodeCount,
      compileMillis: graph.compileMillis,
      runs: graph.runs,
      runMillis: graph.runMillis,
      operations: graph.operations,
      bytes: graph.bytes,
      nodesOnCpu: graph.nodesOnCpu,
    }));
  }
}
