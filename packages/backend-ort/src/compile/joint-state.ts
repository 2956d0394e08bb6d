import type { Variable } from "@tensorflow/tfjs-core";
import { type OrtBackend, wrapHost } from "../backend.js";
import { sizeOf } from "../graph/shapes.js";
import type { HostTensor } from "../record/host-tensor.js";
import { newArray, type OrtTensor, ortTensor, partOf } from "../runtime/ort.js";

/** One vector that holds several variables one after the other, and each variable as a part of that memory. */
interface JointBuffer {
  readonly vector: OrtTensor;
  readonly parts: readonly OrtTensor[];
}

/** What {@link JointState.begin} found and {@link JointState.end} completes. */
export interface JointRun {
  /** Old values, for the graph to read; undefined when it does not need them. */
  readonly input: OrtTensor | undefined;
  /** Where the graph writes the new values. */
  readonly target: JointBuffer;
  /** A buffer that nobody reads once the variables have their new values. */
  readonly free: JointBuffer | undefined;
}

/** A variable of a {@link JointState} and the slot of the plan that gets its new value. */
export interface JointMember {
  readonly variable: Variable;
  readonly slot: number;
}

/**
 * Small variables that a compiled function updates together, in one vector between its calls. Each variable's
 * tensor is a part of that vector and is read as any other; when a variable got its value from elsewhere, or its
 * memory is known outside, the next call gathers all of them anew.
 */
export class JointState {
  private current: JointBuffer | undefined;
  private spare: JointBuffer | undefined;

  /**
   * @param members in the order of the vector
   * @param readsOld whether the graph takes the old values as an input
   * @param inPlace whether the graph may write the new values over the old ones
   */
  constructor(
    private readonly backend: OrtBackend,
    readonly members: readonly JointMember[],
    private readonly readsOld: boolean,
    private readonly inPlace: boolean,
  ) {}

  begin(): JointRun {
    const tensors = this.members.map(({ variable }) => this.backend.tensor(variable.dataId));
    const { current } = this;
    const together = current && tensors.every((tensor, at) => tensor.lies(current.parts[at] as OrtTensor));
    const alone =
      together && tensors.every((tensor, at) => tensor.isSoleOwner(current.parts[at] as OrtTensor));
    const take = (): JointBuffer => {
      const buffer = this.spare ?? this.create();
      this.spare = undefined;
      return buffer;
    };
    if (!this.readsOld) return { input: undefined, target: take(), free: alone ? current : undefined };
    if (together && !alone) return { input: current.vector, target: take(), free: undefined };
    const old = together ? current : this.gather(tensors, take());
    const target = this.inPlace ? old : take();
    return { input: old.vector, target, free: target === old ? undefined : old };
  }

  /** Gives the plan's slots their new values after the graph ran. */
  end({ target, free }: JointRun, fill: (slot: number, tensor: OrtTensor) => void): void {
    for (const [at, { slot }] of this.members.entries()) fill(slot, target.parts[at] as OrtTensor);
    this.current = target;
    this.spare = free ?? this.spare;
  }

  private gather(tensors: readonly HostTensor[], buffer: JointBuffer): JointBuffer {
    for (const [at, tensor] of tensors.entries()) {
      const part = buffer.parts[at] as OrtTensor;
      (part.data as Float32Array).set(tensor.asInput(wrapHost, part.dims).data as Float32Array);
    }
    return buffer;
  }

  private create(): JointBuffer {
    const sizes = this.members.map(({ variable }) => sizeOf(variable.shape));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const vector = ortTensor("float32", newArray("float32", total), [total]);
    let offset = 0;
    const parts = this.members.map(({ variable }, at) => {
      const part = partOf(vector, offset, variable.shape);
      offset += sizes[at] as number;
      return part;
    });
    return { vector, parts };
  }
}
