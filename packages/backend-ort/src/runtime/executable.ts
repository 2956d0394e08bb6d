import { options } from "../config.js";
import { BackendOrtError } from "../errors.js";
import { fuseActivations } from "../graph/fuse-activations.js";
import { fuseBiases } from "../graph/fuse-biases.js";
import { fuseSums } from "../graph/fuse-sums.js";
import { findInPlace } from "../graph/in-place.js";
import { type GraphBytes, graphBytes, graphOperations } from "../graph/operations.js";
import type { Pass } from "../graph/passes.js";
import { sizeOf } from "../graph/shapes.js";
import type { DType, GraphNode, Value } from "../graph/types.js";
import { nodeName, reachableNodes, valueName, writeModel } from "../onnx/write-model.js";
import { DeviceSession, isOnDevice, keepOnDevice } from "../providers/device-session.js";
import { loadSession, type NativeSession, type OrtTensor } from "./ort.js";
import { PlacementProbe } from "./placement-probe.js";
import { sessionOptions } from "./session-options.js";
import { canSkipCopies, runUncopied, STOP_OUTPUT } from "./uncopied-outputs.js";

/** Elements of all outputs, below which a refusal costs as much as the copies. */
const LARGE_OUTPUTS = 16_384;

/** How an {@link Executable} is run. */
export interface ExecutableOptions {
  /** Outputs that may stay on the device, where the provider has them in reach; default none. */
  readonly staying?: ReadonlySet<Value>;
  /** Whether the memory in which it works stays its own between runs; default true. */
  readonly keepsMemory?: boolean;
}

/**
 * A graph compiled by ONNX Runtime: inputs in, outputs written into given buffers or left on the device.
 * Its tensors on the device outlive {@link dispose}.
 */
export class Executable {
  readonly nodeCount: number;
  /** Floating point operations of one run: multiplications and additions of convolutions and matrix products. */
  readonly operations: number;
  /** Bytes that the nodes of one run read and write. */
  readonly bytes: GraphBytes;
  readonly compileMillis: number;
  runs = 0;
  runMillis = 0;
  /** Nodes that run on the CPU under another provider, by operator; known after the first run. */
  nodesOnCpu: Readonly<Record<string, number>> = {};
  /** Whether outputs are written into the buffers given to {@link run}: whether none stays on the device. */
  readonly writesInPlace: boolean;
  /** Whether the binding is kept from copying outputs that it has written into buffers. */
  private readonly skipsCopies: boolean;
  private readonly provider = options.provider;
  private readonly profiles = options.profileFolder !== undefined;
  private readonly session: NativeSession;
  private readonly device: DeviceSession | undefined;
  private placement: PlacementProbe | undefined;
  private readonly inputNames: readonly string[];
  private readonly outputNames: readonly string[];
  private readonly nodes: readonly GraphNode[];

  /**
   * @param inputs in the order in which {@link run} gets them; those that no output needs are dropped
   * @param outputs distinct, each made by a node
   * @param options see {@link ExecutableOptions}
   */
  constructor(
    readonly name: string,
    readonly inputs: readonly Value[],
    readonly outputs: readonly Value[],
    { staying = new Set(), keepsMemory = true }: ExecutableOptions = {},
  ) {
    const start = performance.now();
    const fusing = { sums: fuseSums, biases: fuseBiases, activations: fuseActivations } as const;
    this.nodes = Object.entries(fusing).reduce(
      (now, [pass, fuse]) => (options.withoutPasses.has(pass as Pass) ? now : fuse(now, outputs)),
      reachableNodes(outputs),
    );
    const used = new Set(this.nodes.flatMap((node) => node.inputs));
    this.inputNames = inputs.map((input) => (used.has(input) ? valueName(input) : ""));
    this.outputNames = outputs.map(valueName);
    this.skipsCopies =
      this.provider === "cpu" &&
      outputs.reduce((size, { shape }) => size + sizeOf(shape), 0) > LARGE_OUTPUTS &&
      canSkipCopies();
    const model = writeModel(
      inputs.filter((input) => used.has(input)),
      this.nodes,
      outputs,
      this.skipsCopies ? { stop: STOP_OUTPUT } : {},
    );
    const kept = this.provider === "webgpu" ? keptOnDevice(outputs, staying) : [];
    this.writesInPlace = kept.length === 0;
    if (this.provider !== "cpu" && !this.profiles) this.placement = new PlacementProbe();
    try {
      this.session = loadSession(model, {
        ...sessionOptions(this.nodes, keepsMemory),
        ...keepOnDevice(kept.map(valueName)),
        ...this.placement?.sessionOptions,
        ...(this.profiles
          ? { enableProfiling: true, profileFilePrefix: `${options.profileFolder}/session` }
          : {}),
      });
    } catch (cause) {
      this.placement?.remove();
      throw this.explained(cause as Error);
    }
    if (kept.length > 0) this.device = new DeviceSession(this.session);
    this.nodeCount = this.nodes.length;
    this.operations = graphOperations(this.nodes);
    this.bytes = graphBytes(this.nodes);
    this.compileMillis = performance.now() - start;
  }

  /**
   * @param buffers one for each output; unused unless {@link writesInPlace}
   * @returns the outputs: `buffers`, or new tensors of which some lie on the device, all of them the caller's
   */
  run(inputs: readonly OrtTensor[], buffers: readonly OrtTensor[]): readonly OrtTensor[] {
    const feeds: Record<string, OrtTensor> = {};
    for (const [index, name] of this.inputNames.entries())
      if (name) feeds[name] = this.checked(inputs[index] as OrtTensor);
    const start = performance.now();
    let outputs = buffers;
    try {
      if (this.device) {
        const results = this.device.run(feeds, this.outputNames);
        outputs = this.outputNames.map((name) => results[name] as OrtTensor);
      } else {
        const fetches: Record<string, OrtTensor> = {};
        for (const [index, name] of this.outputNames.entries()) fetches[name] = buffers[index] as OrtTensor;
        if (this.skipsCopies) runUncopied(this.session, feeds, fetches);
        else this.session.run(feeds, fetches, {});
      }
    } catch (cause) {
      this.endPlacement();
      throw this.explained(cause as Error);
    }
    this.runMillis += performance.now() - start;
    this.runs++;
    this.endPlacement();
    return outputs;
  }

  private endPlacement(): void {
    if (this.placement) this.nodesOnCpu = this.placement.finish(this.session);
    this.placement = undefined;
  }

  /** A session on the processor would take a handle of the device for an address. */
  private checked(input: OrtTensor): OrtTensor {
    if (this.provider === "webgpu" || !isOnDevice(input)) return input;
    throw new BackendOrtError(
      this.name,
      `a tensor on the device came to a graph on ${this.provider}. This is a bug in the backend.`,
    );
  }

  outputDtype(index: number): DType {
    return (this.outputs[index] as Value).dtype as DType;
  }

  /** See {@link findInPlace}; none where outputs stay on the device. */
  findInPlace<Pair extends { readonly output: Value; readonly input: Value }>(
    pairs: readonly Pair[],
  ): Pair[] {
    return this.writesInPlace ? findInPlace(this.nodes, pairs) : [];
  }

  dispose(): void {
    if (this.profiles) this.session.endProfiling();
    this.endPlacement();
    if (this.device) this.device.dispose();
    else this.session.dispose();
  }

  /** ONNX Runtime's message with the tfjs kernel that the failing node came from. */
  private explained(cause: Error): BackendOrtError {
    const found = /Name:'([^']*)'|\(node:?\s*'?([^'")]*)'?\)|Node \(([^)]*)\)/
      .exec(cause.message)
      ?.slice(1)
      .find(Boolean);
    // Where ONNX Runtime changes a node's layout it appends to the name.
    const name = found?.replace(/_token_\d+$/, "");
    const index = name === undefined ? -1 : Number.parseInt(name, 10);
    const node = this.nodes.find((candidate, at) => at === index && nodeName(candidate, at) === name);
    const subject = node ? `${node.origin} (ONNX ${node.opType})` : this.name;
    return new BackendOrtError(subject, `ONNX Runtime failed: ${cause.message}`, { cause });
  }
}

/** All of `staying`, but one output always comes to the host: waiting for it bounds what is under way. */
function keptOnDevice(outputs: readonly Value[], staying: ReadonlySet<Value>): readonly Value[] {
  if (outputs.some((output) => !staying.has(output))) return outputs.filter((output) => staying.has(output));
  const smallest = outputs.reduce((least, output) =>
    sizeOf(output.shape) < sizeOf(least.shape) ? output : least,
  );
  return outputs.filter((output) => output !== smallest);
}
