import { engine, type TensorInfo } from "@tensorflow/tfjs-core";
import type { OrtBackend } from "../backend.js";
import { BackendOrtError } from "../errors.js";
import { sameShape } from "../graph/shapes.js";
import type { Shape, Value } from "../graph/types.js";
import { hostKernel } from "../record/host-calls.js";
import { collect, HostTensor } from "../record/host-tensor.js";
import type { Program } from "../record/program.js";
import { wrapHost } from "../record/wrap-host.js";
import type { OrtTensor } from "../runtime/ort.js";
import { type Nested, tensorsIn } from "./containers.js";
import type { GraphStage, HostStage, Source } from "./stages.js";
import type { Trace } from "./trace.js";
import { programOf, type WrittenPlan, writePlan } from "./write-plan.js";

/** What is known of a plan beside its trace. */
export interface PlanOptions {
  /** For reports and error messages. */
  readonly name: string;
  /** Whether it is run seldom: its graphs then keep no working memory. */
  readonly isSeldom: boolean;
}

/** A trace made ready to replay. */
export class Plan {
  readonly name: string;
  private readonly written: WrittenPlan;
  /** What was recorded; let go of when it has been checked. */
  private program: Program | undefined;
  readonly traceResult: Nested;
  replayMillis = 0;

  constructor(
    private readonly backend: OrtBackend,
    about: PlanOptions,
    trace: Trace,
  ) {
    this.name = about.name;
    this.program = programOf(trace);
    this.written = writePlan(backend, about, trace, this.program);
    this.traceResult = trace.result;
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
    this.program = undefined;
  }

  /** Runs the plan on the tensors of `args`: updates variables and returns what the function returned. */
  replay(args: Nested): TensorInfo[] {
    const start = performance.now();
    const { backend } = this;
    for (const variable of this.written.variables) {
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
    for (const stage of this.written.stages) {
      if ("executable" in stage) this.runGraph(stage, resolve, slots);
      else this.runHost(stage, resolve, slots);
    }
    const ids = new Map<number, object>();
    const publish = (slot: number, shape: Shape): TensorInfo =>
      this.publish(slots[slot] as HostTensor, slot, shape, ids);
    for (const { variable, slot } of this.written.assigned) {
      const tensor = engine().makeTensorFromTensorInfo(publish(slot, variable.shape));
      variable.assign(tensor);
      tensor.dispose();
    }
    const infos = this.written.results.map(({ slot, shape }) => publish(slot, shape));
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
    for (const { output, input } of this.written.stages.length === 1 ? stage.inPlace : []) {
      const tensor = resolve(stage.inputs[input] as Source);
      if (tensor.isSoleOwner(inputs[input] as OrtTensor)) over.set(output, tensor);
    }
    const runs = stage.joint.map((state) => state.begin());
    const joint = runs.flatMap(({ input }) => input ?? []);
    const further = runs.flatMap(({ buffer }) => buffer ?? []);
    const made = this.backend.run(stage.executable, [...inputs, ...joint], targets, over, further);
    for (const [index, run] of runs.entries()) {
      run.end(made[index] as OrtTensor, (slot, shape) => {
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
    for (const stage of this.written.stages) {
      if (!("executable" in stage)) continue;
      this.backend.statistics.retire(stage.executable);
      stage.executable.dispose();
    }
    this.backend.letGo(this.written.captured);
  }
}
