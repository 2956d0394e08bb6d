import type { Variable } from "@tensorflow/tfjs-core";
import type { OrtBackend } from "../backend.js";
import type { MemoryLayout } from "../graph/memory-layout.js";
import { sizeOf } from "../graph/shapes.js";
import type { Shape } from "../graph/types.js";
import type { HostTensor } from "../record/host-tensor.js";
import { wrapHost } from "../record/wrap-host.js";
import { newArray, type OrtTensor, ortTensor, partOf } from "../runtime/ort.js";

/** One tensor that holds several variables one after the other, and each variable as a part of that memory. */
interface JointBuffer {
  readonly vector: OrtTensor;
  readonly parts: readonly OrtTensor[];
}

/** How a compiled function keeps the variables of a {@link JointState}. */
export interface JointForm {
  /** Of the tensor that holds all of them. */
  readonly shape: Shape;
  /** The order of elements, of a single variable; undefined for tfjs's. */
  readonly layout: MemoryLayout | undefined;
  /** Whether the graph takes the old values as an input. */
  readonly readsOld: boolean;
  /** Whether the graph may write the new values over the old ones. */
  readonly inPlace: boolean;
}

/** One run of a graph that updates the variables of a {@link JointKeeper}. */
export interface JointRun {
  /** Old values, for the graph to read; undefined when it does not need them. */
  readonly input: OrtTensor | undefined;
  /** Where the graph writes the new values; undefined when it leaves them on the device. */
  readonly buffer: OrtTensor | undefined;
  /** Gives tensors for the plan's slots their new values, from what the graph made, after it ran. */
  end(result: OrtTensor, tensorFor: (slot: number, shape: Shape) => HostTensor): void;
}

/** Variables that a compiled function keeps between its calls in a form of its own. */
export interface JointKeeper {
  /** Finds or gathers the old values. */
  begin(): JointRun;
}

/** A variable of a {@link JointState} and the slot of the plan that gets its new value. */
export interface JointMember {
  readonly variable: Variable;
  readonly slot: number;
}

/**
 * Variables that are kept in host memory between calls: small ones that it updates
 * together in one vector, a filter in the layout of convolutions. Each variable's tensor is read as any other; when
 * a variable got its value from elsewhere, or its memory is known outside, the next call gathers all of them anew.
 */
export class JointState implements JointKeeper {
  private current: JointBuffer | undefined;
  private spare: JointBuffer | undefined;

  /** @param members in the order of the tensor that holds them */
  constructor(
    private readonly backend: OrtBackend,
    private readonly members: readonly JointMember[],
    private readonly form: JointForm,
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
    if (!this.form.readsOld) return this.running(undefined, take(), alone ? current : undefined);
    if (together && !alone) return this.running(current.vector, take(), undefined);
    const old = together ? current : this.gather(tensors, take());
    const target = this.form.inPlace ? old : take();
    return this.running(old.vector, target, target === old ? undefined : old);
  }

  /** @param free a buffer that nobody reads once the variables have their new values */
  private running(
    input: OrtTensor | undefined,
    target: JointBuffer,
    free: JointBuffer | undefined,
  ): JointRun {
    return {
      input,
      buffer: target.vector,
      end: (_, tensorFor) => this.end(target, free, tensorFor),
    };
  }

  private end(
    target: JointBuffer,
    free: JointBuffer | undefined,
    tensorFor: (slot: number, shape: Shape) => HostTensor,
  ): void {
    const { layout } = this.form;
    for (const [at, { slot, variable }] of this.members.entries()) {
      const tensor = tensorFor(slot, variable.shape);
      const part = target.parts[at] as OrtTensor;
      if (layout) tensor.fillLaid(part, layout);
      else tensor.fill(part);
    }
    this.current = target;
    this.spare = free ?? this.spare;
  }

  private gather(tensors: readonly HostTensor[], buffer: JointBuffer): JointBuffer {
    const { layout } = this.form;
    for (const [at, tensor] of tensors.entries()) {
      const memory = (buffer.parts[at] as OrtTensor).data as Float32Array;
      const values = tensor.asInput(wrapHost).data as Float32Array;
      if (layout) layout.fromPlain(values, memory);
      else memory.set(values);
    }
    return buffer;
  }

  private create(): JointBuffer {
    const { shape, layout } = this.form;
    const vector = ortTensor("float32", newArray("float32", sizeOf(shape)), shape);
    if (layout) return { vector, parts: [vector] };
    let offset = 0;
    const parts = this.members.map(({ variable }) => {
      const part = partOf(vector, offset, variable.shape);
      offset += variable.size;
      return part;
    });
    return { vector, parts };
  }
}
