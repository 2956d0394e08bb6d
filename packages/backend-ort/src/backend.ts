import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import {
  type DataType,
  engine,
  getKernel,
  type KernelFunc,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";
import { options } from "./config.js";
import { BackendOrtError } from "./errors.js";
import { sizeOf } from "./graph/shapes.js";
import type { DType, Shape, TensorSpec } from "./graph/types.js";
import type { KernelSpec } from "./kernels/kernel.js";
import { DeviceReader } from "./providers/device-reader.js";
import { isOnDevice } from "./providers/device-session.js";
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
import { Executable } from "./runtime/executable.js";
import { type HostArray, loadSession, newArray, type OrtTensor, ortTensor } from "./runtime/ort.js";
import { BufferPool } from "./runtime/pool.js";
import { Statistics } from "./statistics.js";

type DataId = object;
type KernelInputs = Record<string, TensorInfo | undefined> | readonly TensorInfo[];
type KernelOutput = TensorInfo | TensorInfo[];

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
  private readonly cache = new Map<string, Executable>();

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
      return this.runOnHost(spec.name, inputs, attrs);
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

  private addNode(
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
    return this.runOnHost(kernel, inputs, attrs);
  }

  private runOnHost(kernel: string, inputs: KernelInputs, attrs: object): KernelOutput {
    // Some kernels have lists of tensors among their named inputs.
    const infos = Object.values(inputs).flat() as (TensorInfo | undefined | null)[];
    const run = hostKernel(kernel);
    if (!infos.some((info) => info && this.tensor(info.dataId).traced)) {
      return run({ inputs: inputs as never, attrs: attrs as never, backend: this });
    }
    if (Object.values(inputs).some(Array.isArray)) {
      throw new BackendOrtError(
        kernel,
        "takes lists of tensors, which cannot be traced. Keep it outside of the compiled function.",
      );
    }
    return this.recordHostCall(kernel, run, inputs, attrs);
  }

  /**
   * Inside a trace a fallback kernel's inputs have no values: it is recorded, and replayed between two graphs.
   * Running it once on zeros tells the shapes of its results.
   */
  private recordHostCall(kernel: string, run: KernelFunc, inputs: KernelInputs, attrs: object): KernelOutput {
    const stand = Object.entries(inputs).map(([name, info]): [string, TensorInfo | undefined | null] => {
      if (!info || !this.tensor(info.dataId).traced) return [name, info];
      return [
        name,
        this.makeTensorInfo(info.shape, info.dtype, newArray(info.dtype as DType, sizeOf(info.shape))),
      ];
    });
    const standIns = Array.isArray(inputs) ? stand.map(([, info]) => info) : Object.fromEntries(stand);
    let results: KernelOutput;
    try {
      results = run({ inputs: standIns as never, attrs: attrs as never, backend: this });
    } finally {
      for (const [index, info] of Object.values(inputs).entries()) {
        const standIn = stand[index]?.[1];
        if (standIn && standIn !== info) this.disposeData(standIn.dataId);
      }
    }
    const list = Array.isArray(results) ? results : [results];
    const specs = list.map((info): TensorSpec => ({ shape: info.shape, dtype: info.dtype as DType }));
    for (const info of list) this.disposeData(info.dataId);
    if (!list.every(isCompilable)) {
      throw new BackendOrtError(
        kernel,
        `gives ${list.map((info) => `${info.dtype}[${info.shape}]`)}, which cannot be traced. Keep it outside of the compiled function.`,
      );
    }
    const outputs = this.addNode(
      kernel,
      undefined,
      Object.values(inputs),
      { attrs, names: Object.keys(inputs), array: Array.isArray(inputs) },
      null,
      specs,
    );
    return Array.isArray(results) ? outputs : (outputs[0] as TensorInfo);
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
   * @param further buffers for outputs after those of `targets`; only for graphs that write in place
   */
  run(
    executable: Executable,
    inputs: readonly OrtTensor[],
    targets: readonly HostTensor[],
    over: ReadonlyMap<number, HostTensor> = new Map(),
    further: readonly OrtTensor[] = [],
  ): void {
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
  }

  private executableFor(program: Program, targets: readonly HostTensor[]): Executable {
    const known = this.cache.get(program.key);
    if (known) {
      this.statistics.cacheHits++;
      this.cache.delete(program.key);
      this.cache.set(program.key, known);
      return known;
    }
    this.statistics.cacheMisses++;
    const lowering = new Lowering();
    const inputs = program.feeds.map((feed) => lowering.feed(feed));
    for (const node of program.nodes) lowering.node(node);
    const executable = new Executable("eager", inputs, lowering.results(targets));
    this.statistics.graphs.set(executable, program.nodes.length);
    this.cache.set(program.key, executable);
    for (const [key, oldest] of this.cache) {
      if (this.cache.size <= Math.max(1, options.cacheSize)) break;
      this.cache.delete(key);
      this.statistics.retire(oldest);
      oldest.dispose();
    }
    return executable;
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
    for (const executable of this.cache.values()) {
      this.statistics.retire(executable);
      executable.dispose();
    }
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

const COMPILABLE = new Set<string>(["float32", "int32", "bool"]);

function isCompilable(info: { dtype: string; shape: Shape }): boolean {
  return COMPILABLE.has(info.dtype) && !info.shape.includes(0);
}

export function hostKernel(kernel: string): KernelFunc {
  const found = getKernel(kernel, "cpu");
  if (!found) {
    throw new BackendOrtError(
      kernel,
      "tfjs-backend-cpu has no such kernel. Import @tensorflow/tfjs-backend-cpu 4.22.",
    );
  }
  return found.kernelFunc;
}

/** Wraps plain host memory, converting arrays of another kind as some cpu kernels leave them. */
export function wrapHost(dtype: DType, values: HostValues, shape: Shape): OrtTensor {
  const wanted = dtype === "float32" ? Float32Array : dtype === "int32" ? Int32Array : Uint8Array;
  const array = values instanceof wanted ? values : wanted.from(values as ArrayLike<number>);
  return ortTensor(dtype, array as HostArray, shape);
}
