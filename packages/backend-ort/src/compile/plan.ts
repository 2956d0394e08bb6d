import { engine, type TensorInfo, type Variable } from "@tensorflow/tfjs-core";
import { hostKernel, type OrtBackend, wrapHost } from "../backend.js";
import { options } from "../config.js";
import { BackendOrtError } from "../errors.js";
import { joinUpdates } from "../graph/join-updates.js";
import { layUpdates } from "../graph/lay-updates.js";
import { sameShape } from "../graph/shapes.js";
import type { DType, Shape, Value } from "../graph/types.js";
import type { Update } from "../graph/update-clusters.js";
import { collect, HostTensor, type RecordedNode } from "../record/host-tensor.js";
import { Lowering, linearize, type Program } from "../record/program.js";
import { Executable } from "../runtime/executable.js";
import type { HostArray, OrtTensor } from "../runtime/ort.js";
import { type Nested, tensorsIn } from "./containers.js";
import { type JointRun, JointState } from "./joint-state.js";
import type { Trace } from "./trace.js";

/** Host-made tensors up to this size, and filled ones of any, become constants of the graph; others stay inputs. */
const MAX_CONSTANT_BYTES = 1 << 16;

/** Where a graph's input comes from at each replay. */
type Source =
  | { readonly kind: "argument"; readonly index: number }
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "captured"; readonly tensor: HostTensor }
  | { readonly kind: "local"; readonly slot: number };

interface GraphStage {
  readonly executable: Executable;
  readonly inputs: readonly Source[];
  /** Slots that the outputs fill. */
  readonly outputs: readonly number[];
  /** Outputs that may be written over the variable's value that they replace: indices of both. */
  readonly inPlace: readonly { readonly output: number; readonly input: number }[];
  /** Variables that are kept in a form of the graph's own; their tensors follow the other inputs and outputs. */
  readonly joint: readonly JointState[];
}

interface HostStage {
  readonly node: RecordedNode;
  readonly inputs: readonly (Source | undefined)[];
  readonly outputs: readonly number[];
}

interface VariableUpdate extends Update {
  readonly variable: Variable;
  readonly tensor: HostTensor;
}

const targetsOf = (trace: Trace): HostTensor[] => [
  ...new Set([...trace.results, ...trace.assigned].map(({ tensor }) => tensor)),
];

function programOf(trace: Trace): Program {
  const symbols = new Set([...trace.args, ...trace.variables.keys()]);
  return linearize(targetsOf(trace), (tensor) => symbols.has(tensor));
}

/** A trace made ready to replay: graphs, with host kernels between them where a kernel has no lowering. */
export class Plan {
  private readonly stages: (GraphStage | HostStage)[] = [];
  private readonly slots = new Map<HostTensor, number>();
  private readonly captured: HostTensor[] = [];
  /** All that it reads or assigns. */
  private readonly variables = new Set<Variable>();
  private readonly results: readonly { readonly slot: number; readonly shape: Shape }[];
  private readonly assigned: readonly { variable: Variable; slot: number }[];
  /** What the plan was made from; let go of when it has been checked. */
  private trace: Trace | undefined;
  private program: Program | undefined;
  readonly traceResult: Nested;
  replayMillis = 0;

  constructor(
    private readonly backend: OrtBackend,
    readonly name: string,
    trace: Trace,
  ) {
    this.trace = trace;
    const targets = targetsOf(trace);
    const symbols = new Set([...trace.args, ...trace.variables.keys()]);
    const program = programOf(trace);
    this.program = program;

    // A node's level is the number of host kernels on its longest path from the inputs.
    const levels = new Map<HostTensor, number>();
    for (const feed of program.feeds) levels.set(feed, 0);
    const graphLevels: RecordedNode[][] = [];
    const hostLevels: RecordedNode[][] = [];
    for (const node of program.nodes) {
      const level = Math.max(
        0,
        ...node.operands.map((operand) => (operand ? (levels.get(operand.tensor) as number) : 0)),
      );
      const kind = node.spec ? graphLevels : hostLevels;
      kind[level] ??= [];
      kind[level].push(node);
      for (const output of node.outputs) levels.set(output, node.spec ? level : level + 1);
    }
    // What a caller or a host kernel gets comes to host memory; the rest may stay on the device.
    const toHost = new Set<HostTensor | undefined>(trace.results.map(({ tensor }) => tensor));
    for (const node of hostLevels.flat()) for (const operand of node.operands) toHost.add(operand?.tensor);
    const last = Math.max(graphLevels.length, hostLevels.length, 1);
    const isWhole = last === 1 && hostLevels.length === 0;
    const direct = targets.filter((target) => !target.node || target.hasValue || symbols.has(target));
    for (let level = 0; level < last; level++) {
      const nodes = graphLevels[level] ?? [];
      const later = new Set([...graphLevels.slice(level + 1), ...hostLevels.slice(level)].flat());
      const needed = new Set([...later].flatMap((node) => node.operands.map((operand) => operand?.tensor)));
      const outputs = nodes
        .flatMap((node) => node.outputs)
        .filter((output) => targets.includes(output) || needed.has(output));
      const all = level === 0 ? [...outputs, ...direct] : outputs;
      if (all.length > 0) this.addGraph(nodes, all, toHost, isWhole);
      for (const node of hostLevels[level] ?? []) {
        const inputs = node.operands.map((operand) => (operand ? this.sourceOf(operand.tensor) : undefined));
        this.stages.push({ node, inputs, outputs: node.outputs.map((output) => this.slotOf(output)) });
      }
    }
    this.results = trace.results.map(({ tensor, shape }) => ({ slot: this.slotOf(tensor), shape }));
    this.assigned = trace.assigned.map(({ variable, tensor }) => ({ variable, slot: this.slotOf(tensor) }));
    for (const { variable } of this.assigned) this.variables.add(variable);
    this.traceResult = trace.result;
  }

  private addGraph(
    nodes: readonly RecordedNode[],
    outputs: readonly HostTensor[],
    toHost: ReadonlySet<HostTensor | undefined>,
    isWhole: boolean,
  ): void {
    const lowering = new Lowering();
    const sources: Source[] = [];
    const made = new Set(nodes.flatMap((node) => node.outputs));
    const operands = [
      ...nodes.flatMap((node) => node.operands.map((operand) => operand?.tensor)),
      ...outputs,
    ];
    const inputs = [...new Set(operands)].filter(
      (tensor): tensor is HostTensor => tensor !== undefined && !made.has(tensor),
    );
    const values = inputs.flatMap((tensor) => {
      if (tensor.filledWith !== undefined) {
        lowering.filled(tensor, tensor.filledWith);
        return [];
      }
      const constant = this.constantOf(tensor);
      if (constant) {
        lowering.constant(tensor, constant);
        return [];
      }
      sources.push(this.sourceOf(tensor));
      return [lowering.feed(tensor)];
    });
    for (const node of nodes) lowering.node(node);
    const results = lowering.results(outputs);
    const staying = new Set(results.filter((_, index) => !toHost.has(outputs[index])));
    // On a device variables stay where they are, each by itself.
    const joins = isWhole && options.provider === "cpu";
    const updates = joins ? this.updatesOf(sources, values, outputs, results) : [];
    const moved = layUpdates(lowering.graph, updates, results);
    const joined = [
      ...moved,
      ...joinUpdates(lowering.graph, updates, [...results, ...moved.map(({ output }) => output)]),
    ];
    const together = new Set(joined.flatMap(({ members }) => members.map((at) => updates[at]?.output)));
    const feeds = sources.map((source, index) => ({ source, value: values[index] as Value }));
    const ownInputs = feeds.filter(({ value }) => !value.producer);
    const ownOutputs = results.filter((value) => !together.has(value));
    const executable = new Executable(
      this.name,
      [...ownInputs.map(({ value }) => value), ...joined.flatMap(({ input }) => input ?? [])],
      [...ownOutputs, ...joined.map(({ output }) => output)],
      staying,
    );
    this.backend.statistics.graphs.set(executable, nodes.length);
    const ownTensors = ownOutputs.map((value) => outputs[results.indexOf(value)] as HostTensor);
    const ownSources = ownInputs.map(({ source }) => source);
    const safe = new Set(
      executable
        .findInPlace(joined.flatMap(({ input, output }) => (input ? [{ input, output }] : [])))
        .map(({ output }) => output),
    );
    this.stages.push({
      executable,
      inputs: ownSources,
      outputs: ownTensors.map((output) => this.slotOf(output)),
      inPlace: this.inPlaceOf(executable, ownSources, ownTensors),
      joint: joined.map(({ input, output, members, layout }) => {
        const variables = members.map((at) => {
          const { variable, tensor } = updates[at] as VariableUpdate;
          return { variable, slot: this.slotOf(tensor) };
        });
        const form = {
          shape: output.shape,
          layout,
          readsOld: input !== undefined,
          inPlace: safe.has(output),
        };
        return new JointState(this.backend, variables, form);
      }),
    });
  }

  /** Assignments whose new value nothing but its variable gets. */
  private updatesOf(
    sources: readonly Source[],
    values: readonly Value[],
    outputs: readonly HostTensor[],
    results: readonly Value[],
  ): VariableUpdate[] {
    const trace = this.trace as Trace;
    const targets = [...trace.results, ...trace.assigned].map(({ tensor }) => tensor);
    return trace.assigned.flatMap(({ variable, tensor }): VariableUpdate[] => {
      const output = results[outputs.indexOf(tensor)];
      const at = sources.findIndex((source) => source.kind === "variable" && source.variable === variable);
      const input = values[at];
      const isSole = targets.indexOf(tensor) === targets.lastIndexOf(tensor);
      if (!output || !isSole || !sameShape(output.shape, variable.shape)) return [];
      return [{ variable, tensor, input, output }];
    });
  }

  /** Finds the variables that the graph may update where they lie. */
  private inPlaceOf(
    executable: Executable,
    sources: readonly Source[],
    outputs: readonly HostTensor[],
  ): { output: number; input: number }[] {
    const trace = this.trace as Trace;
    const pairs = trace.assigned.flatMap(({ variable, tensor }) => {
      const at = {
        output: outputs.indexOf(tensor),
        input: sources.findIndex((source) => source.kind === "variable" && source.variable === variable),
      };
      const output = executable.outputs[at.output];
      const input = executable.inputs[at.input];
      const fits = output && input && output.dtype === input.dtype && sameShape(output.shape, input.shape);
      return fits ? [{ output, input, at }] : [];
    });
    return executable.findInPlace(pairs).map(({ at }) => at);
  }

  /**
   * Compares with a second trace of the same function, to find what the host makes anew at each call.
   * @throws BackendOrtError when the recorded calls or the host-made tensors differ
   */
  checkRepeats(second: Trace): void {
    const other = programOf(second);
    const program = this.program as Program;
    if (other.key !== program.key) {
      throw new BackendOrtError(
        this.name,
        "two traces recorded different kernels: the function depends on something that changes between calls. Pass it as a static argument.",
      );
    }
    for (const [index, feed] of program.feeds.entries()) {
      const again = other.feeds[index] as HostTensor;
      if (feed.traced || feed === again || !feed.hasValue || !again.hasValue) continue;
      if (feed.filledWith !== undefined && Object.is(feed.filledWith, again.filledWith)) continue;
      const values = feed.peek();
      const repeated = again.peek();
      const at = values.findIndex((value, element) => !Object.is(value, repeated[element]));
      if (at >= 0) {
        throw new BackendOrtError(
          this.name,
          `a ${feed.dtype}[${feed.shape}] tensor that the host makes inside the function changed between two traces (${values[at]}, then ${repeated[at]}) and would freeze. Pass it as a tensor argument.`,
        );
      }
    }
  }

  /** Ends the plan's making: nothing of the trace is needed for replays. */
  finish(): void {
    this.trace = undefined;
    this.program = undefined;
    this.slots.clear();
  }

  private slotOf(tensor: HostTensor): number {
    let slot = this.slots.get(tensor);
    if (slot === undefined) {
      slot = this.slots.size;
      this.slots.set(tensor, slot);
    }
    return slot;
  }

  /** The value of a small tensor that the host made, to be embedded. */
  private constantOf(tensor: HostTensor): HostArray | undefined {
    if (tensor.traced || !tensor.hasValue) return undefined;
    const values = wrapHost(tensor.dtype as DType, tensor.peek(), tensor.shape).data as HostArray;
    return values.byteLength <= MAX_CONSTANT_BYTES ? values.slice() : undefined;
  }

  private sourceOf(tensor: HostTensor): Source {
    const trace = this.trace as Trace;
    const index = trace.args.indexOf(tensor);
    if (index >= 0) return { kind: "argument", index };
    const variable = trace.variables.get(tensor);
    if (variable) {
      this.variables.add(variable);
      return { kind: "variable", variable };
    }
    if (!tensor.traced) {
      tensor.uses++;
      this.captured.push(tensor);
      return { kind: "captured", tensor };
    }
    return { kind: "local", slot: this.slotOf(tensor) };
  }

  /** Runs the plan on the tensors of `args`: updates variables and returns what the function returned. */
  replay(args: Nested): TensorInfo[] {
    const start = performance.now();
    const { backend } = this;
    for (const variable of this.variables) {
      if (variable.isDisposed) {
        throw new BackendOrtError(
          this.name,
          `variable ${variable.name}, which the function uses, was disposed. Call dispose() on the compiled function, to have it traced again.`,
        );
      }
    }
    const given = tensorsIn(args).map((tensor) => backend.tensor(tensor.dataId));
    const slots: HostTensor[] = [];
    const resolve = (source: Source): HostTensor => {
      switch (source.kind) {
        case "argument":
          return given[source.index] as HostTensor;
        case "variable":
          return backend.tensor(source.variable.dataId);
        case "captured":
          return source.tensor;
        case "local":
          return slots[source.slot] as HostTensor;
      }
    };
    for (const stage of this.stages) {
      if ("executable" in stage) this.runGraph(stage, resolve, slots);
      else this.runHost(stage, resolve, slots);
    }
    const ids = new Map<number, object>();
    const publish = (slot: number, shape: Shape): TensorInfo =>
      this.publish(slots[slot] as HostTensor, slot, shape, ids);
    for (const { variable, slot } of this.assigned) {
      const tensor = engine().makeTensorFromTensorInfo(publish(slot, variable.shape));
      variable.assign(tensor);
      tensor.dispose();
    }
    const infos = this.results.map(({ slot, shape }) => publish(slot, shape));
    for (const tensor of slots) if (tensor) collect(tensor);
    backend.pool.tick();
    this.replayMillis += performance.now() - start;
    return infos;
  }

  private runGraph(stage: GraphStage, resolve: (source: Source) => HostTensor, slots: HostTensor[]): void {
    const { inputs: declared } = stage.executable;
    const inputs = stage.inputs.map((source, index) =>
      resolve(source).asInput(wrapHost, declared[index]?.shape),
    );
    const targets = stage.outputs.map((slot, index) => {
      const { shape } = stage.executable.outputs[index] as Value;
      const tensor = new HostTensor(this.backend, stage.executable.outputDtype(index), shape);
      tensor.refCount = 0;
      slots[slot] = tensor;
      return tensor;
    });
    // With a host kernel between two graphs, the second may still want a variable's old value.
    const over = new Map<number, HostTensor>();
    for (const { output, input } of this.stages.length === 1 ? stage.inPlace : []) {
      const tensor = resolve(stage.inputs[input] as Source);
      if (tensor.isSoleOwner(inputs[input] as OrtTensor)) over.set(output, tensor);
    }
    const runs = stage.joint.map((state) => state.begin());
    const joint = runs.flatMap(({ input }) => input ?? []);
    const further = runs.map(({ target }) => target.vector);
    this.backend.run(stage.executable, [...inputs, ...joint], targets, over, further);
    for (const [index, state] of stage.joint.entries()) {
      state.end(runs[index] as JointRun, (slot, shape) => {
        const tensor = new HostTensor(this.backend, "float32", shape);
        tensor.refCount = 0;
        slots[slot] = tensor;
        return tensor;
      });
    }
  }

  private runHost(stage: HostStage, resolve: (source: Source) => HostTensor, slots: HostTensor[]): void {
    const { backend } = this;
    const { node } = stage;
    const { attrs, names, array } = node.attrs as { attrs: object; names: string[]; array: boolean };
    const infos = stage.inputs.map((source, index): TensorInfo | undefined => {
      if (!source) return undefined;
      const shape = node.operands[index]?.shape as number[];
      const tensor = resolve(source);
      const dataId = {};
      tensor.refCount++;
      backend.adopt(dataId, tensor);
      return { dataId, shape, dtype: tensor.dtype };
    });
    const inputs = array
      ? infos
      : Object.fromEntries(infos.map((info, index) => [names[index] as string, info]));
    try {
      const made = hostKernel(node.kernel)({ inputs: inputs as never, attrs: attrs as never, backend });
      for (const [index, info] of (Array.isArray(made) ? made : [made]).entries()) {
        const tensor = new HostTensor(backend, info.dtype, info.shape);
        tensor.values = backend.tensor(info.dataId).values;
        tensor.refCount = 0;
        slots[stage.outputs[index] as number] = tensor;
        backend.disposeData(info.dataId);
      }
    } finally {
      for (const info of infos) if (info) backend.forget(info.dataId);
    }
    for (const [index, { shape }] of node.outputs.entries()) {
      const given = slots[stage.outputs[index] as number] as HostTensor;
      if (sameShape(given.shape, shape)) continue;
      throw new BackendOrtError(
        node.kernel,
        `gave shape [${given.shape}] where the trace had [${shape}]: a shape that depends on values cannot be replayed. Keep this kernel outside of ${this.name}.`,
      );
    }
  }

  /** Gives a slot's tensor a data id, one for all its readers; each owns a reference. */
  private publish(tensor: HostTensor, slot: number, shape: Shape, ids: Map<number, object>): TensorInfo {
    let dataId = ids.get(slot);
    if (!dataId) {
      dataId = {};
      ids.set(slot, dataId);
      this.backend.adopt(dataId, tensor);
    }
    tensor.refCount++;
    return { dataId, shape: shape as number[], dtype: tensor.dtype };
  }

  dispose(): void {
    for (const stage of this.stages) {
      if (!("executable" in stage)) continue;
      this.backend.statistics.retire(stage.executable);
      stage.executable.dispose();
    }
    this.backend.letGo(this.captured);
  }
}
