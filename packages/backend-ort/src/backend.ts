import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { type DataType, engine, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { options } from "./config.js";
import { BackendOrtError } from "./errors.js";
import { sizeOf } from "./graph/shapes.js";
import type { DType, TensorSpec } from "./graph/types.js";
import type { KernelSpec } from "./kernels/kernel.js";
import { DeviceReader } from "./providers/device-reader.js";
import { isOnDevice } from "./providers/device-session.js";
import { isCompilable, runOnHost } from "./record/host-calls.js";
import {
  collect,
  HostTensor,
  type HostValues,
  isDead,
  type Operand,
  type RecordedNode,
  releaseOperands,
  type TensorOwner,
} from "./record/host-tensor.js";
import { Lowering, linearize, type Program } from "./record/program.js";
import { wrapHost } from "./record/wrap-host.js";
import { Executable } from "./runtime/executable.js";
import { ExecutableCache } from "./runtime/executable-cache.js";
import { type HostArray, loadSession, type OrtTensor, ortTensor } from "./runtime/ort.js";
import { BufferPool } from "./runtime/pool.js";
import { Statistics } from "./statistics.js";

type DataId = object;
export type KernelInputs = Record<string, TensorInfo | undefined> | readonly TensorInfo[];
export type KernelOutput = TensorInfo | TensorInfo[];

/** Calls that are recorded before they are run unasked, so that programs that never read stay bounded. */
const MAX_RECORDED = 4000;

/**
 * The tfjs backend `ort`. A kernel with a lowering is recorded; when a value is read, everything recorded and
 * still alive compiles to one ONNX graph and runs. Any other kernel runs at once as tfjs-backend-cpu has it,
 * on the same memory: that is why this class extends that backend.
 */
export class OrtBackend extends MathBackendCPU implements TensorOwner {
  readonly statistics = new Statistics();
  readonly pool = new BufferPool();
  readonly onDevice = new Set<HostTensor>();
  /** True while compile() runs a function on symbols. */
  tracing = false;
  /** Counts the changes of provider, threads and profiling: sessions of an earlier generation are not to be used. */
  generation = 0;
  // Values lie on the device under WebGPU only.
  private readonly reader = new DeviceReader((model) =>
    loadSession(model, { executionProviders: ["webgpu"], logSeverityLevel: 3 }),
  );
  private readonly pending = new Set<HostTensor>();
  /** Calls recorded since the last flush. */
  private recorded = 0;
  private readonly cache = new ExecutableCache(this.statistics);

  // ---- memory -------------------------------------------------------------------------------------------

  override write(values: HostValues, shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: HostValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    const tensor = new HostTensor(this, dtype, shape);
    tensor.values = values;
    tensor.exposed = true;
    if (this.tracing) tensor.compact();
    tensor.refCount = refCount;
    this.adopt(dataId, tensor);
  }

  adopt(dataId: DataId, tensor: HostTensor): void {
    this.data.set(dataId, tensor);
  }

  /** What is kept under a data id; moves it here when it lives in another backend. */
  tensor(dataId: DataId): HostTensor {
    if (!this.data.has(dataId) && !engine().state.tensorInfo.has(dataId)) {
      throw new BackendOrtError(
        "tensor",
        "it was used after it was disposed. Return it from its tf.tidy, or tf.keep it, and dispose it later.",
      );
    }
    return this.data.get(dataId) as unknown as HostTensor;
  }

  /** Removes a data id that stood beside the tensor's own, with the reference it held. */
  forget(dataId: DataId): void {
    this.tensor(dataId).refCount--;
    this.data.delete(dataId);
  }

  override readSync(dataId: DataId): HostValues {
    const values = super.readSync(dataId);
    this.tensor(dataId).exposed = true;
    return values;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const tensor = this.tensor(dataId);
    tensor.refCount--;
    if (!force && tensor.refCount > 0) return false;
    tensor.refCount = 0;
    if (tensor.complexTensorInfos) {
      this.disposeData(tensor.complexTensorInfos.real.dataId, true);
      this.disposeData(tensor.complexTensorInfos.imag.dataId, true);
    }
    this.data.delete(dataId);
    this.pending.delete(tensor);
    collect(tensor);
    return true;
  }

  /** Undoes one use of each tensor: what a trace or a compiled function held. */
  letGo(tensors: HostTensor[]): void {
    for (const tensor of tensors.splice(0)) {
      tensor.uses--;
      if (isDead(tensor)) collect(tensor);
    }
  }

  release(buffer: OrtTensor): void {
    this.pool.give(buffer);
  }

  download(device: OrtTensor): OrtTensor {
    const buffer = this.pool.take(device.type as DType, device.dims);
    this.reader.read(device, buffer);
    return buffer;
  }

  /** The elements of a float32 tensor on the device. */
  readVector(device: OrtTensor): Float32Array {
    const values = new Float32Array(device.size);
    this.reader.read(device, ortTensor("float32", values, device.dims));
    return values;
  }

  get deviceBytes(): number {
    let bytes = 0;
    for (const { dtype, shape } of this.onDevice) bytes += sizeOf(shape) * util.bytesPerElement(dtype);
    return bytes;
  }

  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: false, reasons: [] };
  }

  override async time(run: () => void): Promise<{ kernelMs: number }> {
    this.flush();
    const start = performance.now();
    run();
    this.flush();
    return { kernelMs: performance.now() - start };
  }

  // ---- recording ----------------------------------------------------------------------------------------

  /** Runs a kernel that has a lowering: records it, or falls back when this call has none. */
  record(spec: KernelSpec, inputs: KernelInputs, attrs: object): KernelOutput {
    const infos = spec.variadic
      ? (inputs as readonly TensorInfo[])
      : [...spec.inputs, ...spec.optional].map(
          (name) => (inputs as Record<string, TensorInfo | undefined>)[name],
        );
    if (!infos.every((info) => info === undefined || info === null || isCompilable(info))) {
      return this.fallBack(spec.name, inputs, attrs);
    }
    const specs: Record<string, unknown> = { list: infos };
    if (!spec.variadic) {
      for (const [index, name] of [...spec.inputs, ...spec.optional].entries()) {
        if (infos[index]) specs[name] = infos[index];
      }
    }
    const inferred = spec.infer(specs as never, attrs as never);
    if (!inferred) return this.fallBack(spec.name, inputs, attrs);
    spec.check?.(specs as never, inferred.params as never, (name) =>
      this.valuesAtHand((specs[name] as TensorInfo | undefined)?.dataId),
    );
    // Nothing to compute: the host makes the empty result.
    if (!inferred.outputs.every((output) => sizeOf(output.shape) > 0)) {
      this.statistics.countFallback(spec.name);
      return runOnHost(this, spec.name, inputs, attrs);
    }
    this.statistics.countLowered(spec.name);
    const infoOfOutputs = this.addNode(spec.name, spec, infos, attrs, inferred.params, inferred.outputs);
    if (this.recorded > MAX_RECORDED && !this.tracing) this.flush();
    return infoOfOutputs.length === 1 && !MULTIPLE_OUTPUTS.has(spec.name)
      ? (infoOfOutputs[0] as TensorInfo)
      : infoOfOutputs;
  }

  /** A tensor's values where nothing has to be computed or copied from the device for them. */
  private valuesAtHand(dataId: DataId | undefined): HostArray | undefined {
    const tensor = dataId && this.tensor(dataId);
    return tensor?.hasValue && !this.onDevice.has(tensor) ? tensor.peek() : undefined;
  }

  /** Records a call and gives its results. */
  addNode(
    kernel: string,
    spec: KernelSpec | undefined,
    infos: readonly (TensorInfo | undefined | null)[],
    attrs: object,
    params: unknown,
    outputs: readonly TensorSpec[],
  ): TensorInfo[] {
    const operands = infos.map((info): Operand | undefined =>
      info ? { tensor: this.tensor(info.dataId), shape: info.shape } : undefined,
    );
    const node: RecordedNode = {
      kernel,
      spec,
      operands,
      attrs,
      params,
      paramsKey: JSON.stringify(params),
      outputs: [],
      released: false,
    };
    let traced = false;
    for (const operand of operands) {
      if (!operand) continue;
      operand.tensor.uses++;
      traced ||= operand.tensor.traced;
    }
    if (!traced) {
      this.recorded++;
      for (const operand of operands) operand?.tensor.protect();
    }
    return outputs.map(({ shape, dtype }) => {
      const tensor = new HostTensor(this, dtype, shape);
      tensor.node = node;
      tensor.traced = traced;
      node.outputs.push(tensor);
      const dataId = {};
      this.adopt(dataId, tensor);
      if (!traced) this.pending.add(tensor);
      return { dataId, shape: shape as number[], dtype };
    });
  }

  /** Runs tfjs-backend-cpu's implementation on this backend's memory. */
  fallBack(kernel: string, inputs: KernelInputs, attrs: object): KernelOutput {
    const { refuseFallback } = options;
    if (refuseFallback === true || (Array.isArray(refuseFallback) && refuseFallback.includes(kernel))) {
      const given = Object.entries(inputs).map(([name, info]) => `${name}: ${info?.dtype}[${info?.shape}]`);
      throw new BackendOrtError(
        kernel,
        `has no lowering for ${given.join(", ")} and fallback is refused. Allow it with configure({ refuseFallback: false }).`,
      );
    }
    this.statistics.countFallback(kernel);
    return runOnHost(this, kernel, inputs, attrs);
  }

  // ---- running ------------------------------------------------------------------------------------------

  /** Computes everything recorded that is still alive. */
  flush(): void {
    this.evaluate([...this.pending]);
  }

  /** Flushes; whoever reads what fails hears of it then. */
  flushQuietly(): void {
    try {
      this.flush();
    } catch {
      // Nothing is pending any more; a value that is missing is computed by itself when it is read.
    }
  }

  materialize(tensor: HostTensor): void {
    if (tensor.traced) {
      throw new BackendOrtError(
        tensor.node?.kernel ?? "dataSync",
        `a value was read while its function is being traced by compile(), which has no values yet. Return the tensor and read it outside, or pass what depends on it as an argument.`,
      );
    }
    // What else was recorded may fail: that is no error of this tensor's.
    if (this.pending.has(tensor) && this.pending.size > 1) this.flushQuietly();
    if (!tensor.hasValue) this.evaluate([tensor]);
  }

  private evaluate(targets: readonly HostTensor[]): void {
    if (targets.length === 0) return;
    const program = linearize(targets, () => false);
    try {
      const executable = this.executableFor(program, targets);
      const inputs = program.feeds.map((feed) => feed.asInput(wrapHost));
      this.run(executable, inputs, targets);
    } finally {
      // What fails must not fail every later read too.
      for (const target of targets) this.pending.delete(target);
      if (this.pending.size === 0) this.recorded = 0;
    }
    this.pool.tick();
    // Recorded calls whose results all have values, or are dead, let go of their operands; users first.
    for (const node of program.nodes.toReversed()) {
      if (!node.outputs.every((output) => output.hasValue || isDead(output))) continue;
      for (const dead of releaseOperands(node)) collect(dead);
    }
  }

  /**
   * Runs a graph and gives its results to `targets`, which have the outputs' shapes.
   *
   * @param over tensors, by index of output, whose value ends here and whose buffer the output takes over
   * @param further buffers for outputs after those of `targets`, of graphs that write in place
   * @returns the outputs after those of `targets`
   */
  run(
    executable: Executable,
    inputs: readonly OrtTensor[],
    targets: readonly HostTensor[],
    over: ReadonlyMap<number, HostTensor> = new Map(),
    further: readonly OrtTensor[] = [],
  ): readonly OrtTensor[] {
    const { writesInPlace } = executable;
    const bufferFor = ({ dtype, shape }: HostTensor, index: number): OrtTensor =>
      over.get(index)?.surrender() ?? this.pool.take(dtype as DType, shape);
    const buffers = writesInPlace ? targets.map(bufferFor) : [];
    let results: readonly OrtTensor[];
    try {
      results = executable.run(inputs, [...buffers, ...further]);
    } catch (error) {
      for (const [index, buffer] of buffers.entries()) {
        const owner = over.get(index);
        if (owner) owner.fill(buffer);
        else this.pool.give(buffer);
      }
      throw error;
    }
    for (const [index, target] of targets.entries()) {
      const result = results[index] as OrtTensor;
      if (isOnDevice(result)) target.stayOnDevice(result);
      else if (writesInPlace) target.fill(result);
      else target.values = result.data as HostArray;
    }
    return results.slice(targets.length);
  }

  private executableFor(program: Program, targets: readonly HostTensor[]): Executable {
    return this.cache.take(program.key, () => {
      const lowering = new Lowering();
      const inputs = program.feeds.map((feed) => lowering.feed(feed));
      for (const node of program.nodes) lowering.node(node);
      const executable = new Executable("eager", inputs, lowering.results(targets));
      this.statistics.graphs.set(executable, program.nodes.length);
      return executable;
    });
  }

  /**
   * Ends what depends on the options for sessions: brings everything on the device to host memory, frees every
   * compiled graph of eager execution and every free buffer, and has compiled functions trace again.
   */
  endSessions(): void {
    for (const tensor of [...this.onDevice]) tensor.download();
    this.reader.dispose();
    this.clearCache();
    this.generation++;
  }

  private clearCache(): void {
    this.cache.clear();
    this.pool.clear();
  }

  override dispose(): void {
    this.pending.clear();
    for (const tensor of [...this.onDevice]) tensor.drop();
    this.reader.dispose();
    this.clearCache();
    this.generation++;
  }
}

/** Kernels whose result is a list even when it has one element. */
const MULTIPLE_OUTPUTS = new Set(["SplitV", "Unpack", "TopK"]);
