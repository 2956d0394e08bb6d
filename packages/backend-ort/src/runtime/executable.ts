import { options } from "../config.js";
import { BackendOrtError } from "../errors.js";
import { fuseActivations } from "../graph/fuse-activations.js";
import { graphOperations } from "../graph/operations.js";
import type { DType, GraphNode, Value } from "../graph/types.js";
import { nodeName, reachableNodes, valueName, writeModel } from "../onnx/write-model.js";
import { type NativeSession, ortBinding, type OrtTensor } from "./ort.js";

/** A graph compiled by ONNX Runtime: inputs in, outputs written into given buffers. */
export class Executable {
  readonly nodeCount: number;
  /** Floating point operations of one run: multiplications and additions of convolutions and matrix products. */
  readonly operations: number;
  readonly compileMillis: number;
  runs = 0;
  runMillis = 0;
  private readonly session: NativeSession;
  private readonly inputNames: readonly string[];
  private readonly outputNames: readonly string[];
  private readonly nodes: readonly GraphNode[];

  /**
   * @param inputs in the order in which {@link run} gets them; those that no output needs are dropped
   * @param outputs distinct, each made by a node
   */
  constructor(
    readonly name: string,
    readonly inputs: readonly Value[],
    readonly outputs: readonly Value[],
  ) {
    const start = performance.now();
    this.nodes = fuseActivations(reachableNodes(outputs), outputs);
    const used = new Set(this.nodes.flatMap((node) => node.inputs));
    this.inputNames = inputs.map((input) => (used.has(input) ? valueName(input) : ""));
    this.outputNames = outputs.map(valueName);
    const model = writeModel(inputs.filter((input) => used.has(input)), this.nodes, outputs);
    this.session = new (ortBinding().binding.InferenceSession)();
    try {
      this.session.loadModel(model.buffer, model.byteOffset, model.byteLength, sessionOptions());
    } catch (cause) {
      throw this.explained(cause as Error);
    }
    this.nodeCount = this.nodes.length;
    this.operations = graphOperations(this.nodes);
    this.compileMillis = performance.now() - start;
  }

  run(inputs: readonly OrtTensor[], outputs: readonly OrtTensor[]): void {
    const feeds: Record<string, OrtTensor> = {};
    for (const [index, name] of this.inputNames.entries()) if (name) feeds[name] = inputs[index] as OrtTensor;
    const fetches: Record<string, OrtTensor> = {};
    for (const [index, name] of this.outputNames.entries()) fetches[name] = outputs[index] as OrtTensor;
    const start = performance.now();
    try {
      this.session.run(feeds, fetches, {});
    } catch (cause) {
      throw this.explained(cause as Error);
    }
    this.runMillis += performance.now() - start;
    this.runs++;
  }

  outputDtype(index: number): DType {
    return (this.outputs[index] as Value).dtype as DType;
  }

  dispose(): void {
    if (options.profileFolder) this.session.endProfiling();
    this.session.dispose();
  }

  /** ONNX Runtime's message with the tfjs kernel that the failing node came from. */
  private explained(cause: Error): BackendOrtError {
    const name = /Name:'([^']*)'|\(node:?\s*'?([^'")]*)'?\)|Node \(([^)]*)\)/.exec(cause.message)?.slice(1).find(Boolean);
    const index = name === undefined ? -1 : Number.parseInt(name, 10);
    const node = this.nodes.find((candidate, at) => at === index && nodeName(candidate, at) === name);
    const subject = node ? `${node.origin} (ONNX ${node.opType})` : this.name;
    return new BackendOrtError(subject, `ONNX Runtime failed: ${cause.message}`, { cause });
  }
}

function sessionOptions(): object {
  return {
    executionProviders: [options.provider],
    ...(options.threads > 0 ? { intraOpNumThreads: options.threads } : {}),
    interOpNumThreads: 1,
    executionMode: "sequential",
    // The graph is written as it shall run; ONNX Runtime's own passes would move transposes into the optimizer.
    graphOptimizationLevel: "disabled",
    // A planned block of memory would come on top of what the first run took.
    enableMemPattern: false,
    logSeverityLevel: 3,
    ...(options.profileFolder ? { enableProfiling: true, profileFilePrefix: `${options.profileFolder}/session` } : {}),
  };
}
