import type { Variable } from "@tensorflow/tfjs-core";
import type { OrtBackend } from "../backend.js";
import { options } from "../config.js";
import { joinUpdates } from "../graph/join-updates.js";
import { layUpdates } from "../graph/lay-updates.js";
import { sameShape } from "../graph/shapes.js";
import type { DType, Shape, Value } from "../graph/types.js";
import type { Update } from "../graph/update-clusters.js";
import type { HostTensor, RecordedNode } from "../record/host-tensor.js";
import { Lowering, linearize, type Program } from "../record/program.js";
import { wrapHost } from "../record/wrap-host.js";
import { Executable } from "../runtime/executable.js";
import type { HostArray } from "../runtime/ort.js";
import { DeviceJointState } from "./device-joint-state.js";
import { JointState } from "./joint-state.js";
import type { PlanOptions } from "./plan.js";
import type { GraphStage, HostStage, Source } from "./stages.js";
import type { Trace } from "./trace.js";

/**
 * What is joined under WebGPU. A node costs some 12 µs there or more, in which a slow graphics card moves such a variable, and a
 * shader may have no more than eight buffers everywhere.
 */
const onDeviceLimits = { largest: 1 << 18, parts: 7 };

/** Host-made tensors up to this size, and filled ones of any, become constants of the graph; others stay inputs. */
const MAX_CONSTANT_BYTES = 1 << 16;

interface VariableUpdate extends Update {
  readonly variable: Variable;
  readonly tensor: HostTensor;
}

const targetsOf = (trace: Trace): HostTensor[] => [
  ...new Set([...trace.results, ...trace.assigned].map(({ tensor }) => tensor)),
];

/** What a trace recorded, in order, down to its arguments and variables. */
export function programOf(trace: Trace): Program {
  const symbols = new Set([...trace.args, ...trace.variables.keys()]);
  return linearize(targetsOf(trace), (tensor) => symbols.has(tensor));
}

/** What a trace becomes: graphs, with host kernels between them where a kernel has no lowering. */
export interface WrittenPlan {
  readonly stages: readonly (GraphStage | HostStage)[];
  /** Tensors from outside of the function that are inputs of each replay; a use of each is held. */
  readonly captured: HostTensor[];
  /** All that it reads or assigns. */
  readonly variables: ReadonlySet<Variable>;
  readonly results: readonly { readonly slot: number; readonly shape: Shape }[];
  readonly assigned: readonly { readonly variable: Variable; readonly slot: number }[];
}

/** Writes and loads the graphs of a trace, whose recorded calls are `program`. */
export const writePlan = (
  backend: OrtBackend,
  about: PlanOptions,
  trace: Trace,
  program: Program,
): WrittenPlan => new PlanWriter(backend, about, trace, program).write();

class PlanWriter {
  private readonly stages: (GraphStage | HostStage)[] = [];
  private readonly slots = new Map<HostTensor, number>();
  private readonly captured: HostTensor[] = [];
  private readonly variables = new Set<Variable>();

  constructor(
    private readonly backend: OrtBackend,
    private readonly about: PlanOptions,
    private readonly trace: Trace,
    private readonly program: Program,
  ) {}

  write(): WrittenPlan {
    const { trace, program } = this;
    const targets = targetsOf(trace);
    const symbols = new Set([...trace.args, ...trace.variables.keys()]);

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
    const { stages, captured, variables } = this;
    const results = trace.results.map(({ tensor, shape }) => ({ slot: this.slotOf(tensor), shape }));
    const assigned = trace.assigned.map(({ variable, tensor }) => ({ variable, slot: this.slotOf(tensor) }));
    for (const { variable } of assigned) variables.add(variable);
    return { stages, captured, variables, results, assigned };
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
    // Under WebGPU one result must come to the host, and no vector of variables shall be that.
    const onDevice = options.provider === "webgpu" && results.some((result) => !staying.has(result));
    const joins = isWhole && (options.provider === "cpu" || onDevice);
    const updates = joins ? this.updatesOf(sources, values, outputs, results) : [];
    const moved = layUpdates(lowering.graph, updates, results);
    const joined = [
      ...moved,
      ...joinUpdates(
        lowering.graph,
        updates,
        [...results, ...moved.map(({ output }) => output)],
        onDevice ? onDeviceLimits : undefined,
      ),
    ];
    if (onDevice) for (const { output } of joined) staying.add(output);
    const together = new Set(joined.flatMap(({ members }) => members.map((at) => updates[at]?.output)));
    const feeds = sources.map((source, index) => ({ source, value: values[index] as Value }));
    const ownInputs = feeds.filter(({ value }) => !value.producer);
    const ownOutputs = results.filter((value) => !together.has(value));
    const executable = new Executable(
      this.about.name,
      [...ownInputs.map(({ value }) => value), ...joined.flatMap(({ input }) => input ?? [])],
      [...ownOutputs, ...joined.map(({ output }) => output)],
      { staying, keepsMemory: !this.about.isSeldom },
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
        if (onDevice) return new DeviceJointState(this.backend, variables, input !== undefined);
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
    const { trace } = this;
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
    const { trace } = this;
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
    const { trace } = this;
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
}
