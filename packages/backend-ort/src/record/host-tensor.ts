import type { backend_util, DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { MemoryLayout } from "../graph/memory-layout.js";
import { sameShape, sizeOf } from "../graph/shapes.js";
import type { DType, Shape } from "../graph/types.js";
import type { KernelSpec } from "../kernels/kernel.js";
import { releaseFromDevice, viewOnDevice } from "../providers/device-session.js";
import { type HostArray, isPart, newArray, type OrtTensor, ortTensor } from "../runtime/ort.js";
import type { DeviceVector } from "./device-vector.js";

export type HostValues = backend_util.BackendValues;

/** An operand of a recorded kernel: a tensor, in the shape in which the kernel saw it. */
export interface Operand {
  readonly tensor: HostTensor;
  readonly shape: Shape;
}

/** A kernel call that was recorded and not run. */
export interface RecordedNode {
  readonly kernel: string;
  /** Undefined for a call inside a trace that has no lowering: it runs on the host between two graphs. */
  readonly spec: KernelSpec | undefined;
  readonly operands: readonly (Operand | undefined)[];
  /** What the kernel function gets besides its inputs, for host calls. */
  readonly attrs: object;
  readonly params: unknown;
  readonly paramsKey: string;
  readonly outputs: HostTensor[];
  /** Its operands have let go of it: it ran, or nobody can ask for its results any more. */
  released: boolean;
}

/** Where the memory of tensors is looked after; the backend. */
export interface TensorOwner {
  /** Computes the value of a recorded tensor. @throws BackendOrtError when it is only traced */
  materialize(tensor: HostTensor): void;
  /** Takes back a buffer that nobody reads any more. */
  release(buffer: OrtTensor): void;
  /** Tensors whose value lies on the device. */
  readonly onDevice: Set<HostTensor>;
  /** Copies from the device into a buffer of the pool. */
  download(device: OrtTensor): OrtTensor;
}

/**
 * What the backend keeps for one tfjs data id: a value in host memory or on the device, or the recorded kernel
 * that will make it. It has the members that tfjs-backend-cpu's kernels use (`values`, `refCount`, `complexTensorInfos`), so
 * those run on it unchanged; asking for `values` of a recorded tensor computes it.
 */
export class HostTensor {
  refCount = 1;
  /** Set for complex64: the value is that of two other tensors. */
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  /** The recorded kernel call that makes this value; undefined once the value is there. */
  node: RecordedNode | undefined;
  /** True for an argument of a function being traced, and for all that was computed from one. */
  traced = false;
  /** Recorded kernel calls that read this tensor. */
  uses = 0;
  /** Whether the program outside may have the array in host memory and write to it. */
  exposed = false;
  /** The value in host memory. */
  private host: HostValues | undefined;
  /** The element that all are equal to, when the array itself was let go: see {@link compact}. */
  private splat: number | undefined;
  /** The buffer that holds the value when it belongs to the pool, or is part of a joint state; nobody else has seen it. */
  private lease: OrtTensor | undefined;
  /** The value in another order of elements, in memory that belongs to a compiled function; then `host` may hold a copy. */
  private laid: { readonly buffer: OrtTensor; readonly layout: MemoryLayout } | undefined;
  /** The value on the device; then it is nowhere else. */
  private device: OrtTensor | undefined;
  /** The value as a part of a vector on the device, from this element on; then it is nowhere else. */
  private piece: { readonly vector: DeviceVector; readonly offset: number } | undefined;
  /** The host value wrapped for ONNX Runtime, in `wrapperShape`. */
  private wrapper: OrtTensor | undefined;

  /** The same memory in another shape, as it was last asked for. */
  private view: OrtTensor | undefined;

  constructor(
    private readonly owner: TensorOwner,
    readonly dtype: DataType,
    readonly shape: Shape,
  ) {}

  get hasValue(): boolean {
    return (
      this.host !== undefined ||
      this.lease !== undefined ||
      this.splat !== undefined ||
      this.laid !== undefined ||
      this.device !== undefined ||
      this.piece !== undefined
    );
  }

  /** The one element that this tensor is filled with, if it was compacted. */
  get filledWith(): number | undefined {
    return this.splat;
  }

  /** Lets go of a large array that is filled with one number; it is made again if somebody reads it. */
  compact(): void {
    const { host } = this;
    if (!ArrayBuffer.isView(host) || (host as HostArray).length < COMPACT_SIZE) return;
    const array = host as HostArray;
    const first = array[0] as number;
    if (!array.every((element) => Object.is(element, first))) return;
    this.splat = first;
    this.host = undefined;
  }

  /** Makes an array of what is kept in another form. */
  private restore(): void {
    this.download();
    if (this.laid) this.host ??= this.laid.layout.toPlain(this.laid.buffer.data as Float32Array);
    if (this.splat === undefined) return;
    this.host = newArray(this.dtype as DType, sizeOf(this.shape)).fill(this.splat);
    this.splat = undefined;
  }

  /** Plain memory that outsiders may keep and change: the buffer leaves the pool for good. */
  get values(): HostValues {
    if (!this.hasValue && (this.node || this.traced)) this.owner.materialize(this);
    this.restore();
    this.laid = undefined;
    if (this.lease) {
      // Memory that other tensors share stays with them.
      const shared = isPart(this.lease);
      this.host = shared ? (this.lease.data as HostArray).slice() : (this.lease.data as HostValues);
      this.wrapper = shared ? undefined : this.lease;
      this.lease = undefined;
    }
    return this.host as HostValues;
  }

  set values(values: HostValues) {
    this.leaveDevice();
    this.host = values;
    this.splat = undefined;
    this.lease = undefined;
    this.laid = undefined;
    this.wrapper = undefined;
    this.node = undefined;
  }

  /** Copies an array that the program may still write to, before a recorded call relies on it. */
  protect(): void {
    if (!this.exposed) return;
    this.exposed = false;
    if (!ArrayBuffer.isView(this.host)) return;
    this.host = (this.host as HostArray).slice();
    this.wrapper = undefined;
    this.view = undefined;
  }

  /** Whether the value lies in `buffer`, which nobody outside has seen. */
  lies(buffer: OrtTensor): boolean {
    return this.lease === buffer || this.laid?.buffer === buffer;
  }

  /** Whether nothing but one tfjs tensor knows this value, and it {@link lies} in `buffer`. */
  isSoleOwner(buffer: OrtTensor): boolean {
    return this.lies(buffer) && this.refCount === 1 && this.uses === 0;
  }

  /** Gives its buffer away; the tensor must get another value, or end, before anybody reads it. */
  surrender(): OrtTensor | undefined {
    const { lease } = this;
    this.lease = undefined;
    return lease;
  }

  /** Gives this tensor its value in a buffer of the pool. */
  fill(buffer: OrtTensor): void {
    this.lease = buffer;
    this.node = undefined;
  }

  /** Gives this tensor its value in `buffer`, whose elements are in another order and which stays another's. */
  fillLaid(buffer: OrtTensor, layout: MemoryLayout): void {
    this.laid = { buffer, layout };
    this.node = undefined;
  }

  /** Gives this tensor a value that a graph left on the device, which it owns from now on. */
  stayOnDevice(value: OrtTensor): void {
    this.device = value;
    this.node = undefined;
    this.owner.onDevice.add(this);
  }

  /** Gives this tensor a value that is part of a vector on the device. */
  stayInVector(vector: DeviceVector, offset: number): void {
    vector.hold();
    this.piece = { vector, offset };
    this.node = undefined;
    this.owner.onDevice.add(this);
  }

  /** The vector on the device that holds the value from element `offset` on, if it lies in one. */
  vectorAt(offset: number): DeviceVector | undefined {
    return this.piece?.offset === offset ? this.piece.vector : undefined;
  }

  /** Brings the value to host memory if it lies on the device. */
  download(): void {
    if (this.device) this.lease = this.owner.download(this.device);
    else if (this.piece) this.host = this.piece.vector.read(this.piece.offset, sizeOf(this.shape));
    this.leaveDevice();
  }

  private leaveDevice(): void {
    this.owner.onDevice.delete(this);
    if (this.device) releaseFromDevice(this.device);
    this.device = undefined;
    this.piece?.vector.letGo();
    this.piece = undefined;
  }

  /**
   * The value as an input of a graph, where it lies, seen in `shape`: tfjs reshapes a tensor without telling its backend.
   * `wrap` makes the wrapper around plain memory.
   */
  asInput(
    wrap: (dtype: DType, values: HostValues, shape: Shape) => OrtTensor,
    shape: Shape = this.shape,
  ): OrtTensor {
    if (!this.hasValue && this.node) this.owner.materialize(this);
    if (this.device)
      return sameShape(this.device.dims, shape) ? this.device : viewOnDevice(this.device, shape);
    this.restore();
    if (!this.lease) this.wrapper ??= wrap(this.dtype as DType, this.host as HostValues, this.shape);
    const tensor = (this.lease ?? this.wrapper) as OrtTensor;
    if (sameShape(tensor.dims, shape)) return tensor;
    if (this.view?.data !== tensor.data || !sameShape(this.view.dims, shape)) {
      this.view = ortTensor(this.dtype as DType, tensor.data as HostArray, shape);
    }
    return this.view;
  }

  /** Reads without giving the memory away; for constants of a trace. */
  peek(): HostArray {
    this.restore();
    return (this.lease ? this.lease.data : this.host) as HostArray;
  }

  /** Ends the tensor's life. */
  drop(): void {
    if (this.lease) this.owner.release(this.lease);
    this.leaveDevice();
    this.lease = undefined;
    this.laid = undefined;
    this.host = undefined;
    this.splat = undefined;
    this.wrapper = undefined;
    this.view = undefined;
  }
}

/** Filled arrays of at least so many elements are compacted while tracing. */
const COMPACT_SIZE = 4096;

/** Whether nobody can ask for the tensor any more. */
export const isDead = (tensor: HostTensor): boolean => tensor.refCount <= 0 && tensor.uses === 0;

/** Frees a tensor that died and, in turn, whatever was recorded for it alone. */
export function collect(first: HostTensor): void {
  const stack = [first];
  while (stack.length > 0) {
    const tensor = stack.pop() as HostTensor;
    if (!isDead(tensor)) continue;
    const node = tensor.node;
    tensor.drop();
    tensor.node = undefined;
    if (node?.outputs.every(isDead)) stack.push(...releaseOperands(node));
  }
}

/** Ends a recorded call: its operands lose a reader. Returns those that died of it. */
export function releaseOperands(node: RecordedNode): HostTensor[] {
  const dead: HostTensor[] = [];
  if (node.released) return dead;
  node.released = true;
  for (const operand of node.operands) {
    if (!operand) continue;
    operand.tensor.uses--;
    if (isDead(operand.tensor)) dead.push(operand.tensor);
  }
  return dead;
}
