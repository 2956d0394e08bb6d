import type { OrtBackend } from "../backend.js";
import { DeviceVector } from "../record/device-vector.js";
import type { HostTensor } from "../record/host-tensor.js";
import { type OrtTensor, ortTensor } from "../runtime/ort.js";
import type { JointKeeper, JointMember, JointRun } from "./joint-state.js";

/**
 * Variables that stay between calls in one vector on the device, one after the other. A variable that is read comes to
 * host memory by itself; when the variables are not all in one vector as this function wants them, the next call
 * gathers them anew. Compiled functions that keep the same variables in the same order share the vector.
 */
export class DeviceJointState implements JointKeeper {
  private readonly offsets: readonly number[];
  private readonly size: number;

  /**
   * @param members in the order of the vector
   * @param readsOld whether the graph takes the old values as an input
   */
  constructor(
    private readonly backend: OrtBackend,
    private readonly members: readonly JointMember[],
    private readonly readsOld: boolean,
  ) {
    let size = 0;
    this.offsets = members.map(({ variable }) => {
      const offset = size;
      size += variable.size;
      return offset;
    });
    this.size = size;
  }

  begin(): JointRun {
    const input = this.readsOld ? this.findOld() : undefined;
    return {
      input,
      buffer: undefined,
      end: (result, tensorFor) => {
        const vector = new DeviceVector(result, (tensor) => this.backend.readVector(tensor));
        for (const [at, { slot, variable }] of this.members.entries()) {
          tensorFor(slot, variable.shape).stayInVector(vector, this.offsets[at] as number);
        }
      },
    };
  }

  private findOld(): OrtTensor {
    const tensors = this.members.map(({ variable }) => this.backend.tensor(variable.dataId));
    const vectors = new Set(tensors.map((tensor, at) => tensor.vectorAt(this.offsets[at] as number)));
    const [vector] = vectors;
    if (vectors.size === 1 && vector?.size === this.size) return vector.tensor;
    return this.gather(tensors);
  }

  private gather(tensors: readonly HostTensor[]): OrtTensor {
    const values = new Float32Array(this.size);
    for (const [at, tensor] of tensors.entries()) {
      values.set(tensor.peek() as Float32Array, this.offsets[at] as number);
    }
    return ortTensor("float32", values, [this.size]);
  }
}
