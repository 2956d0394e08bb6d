import { Tensor } from "onnxruntime-common";

/** The part of a native session that is used here. */
export interface NativeSession {
  run(feeds: Record<string, Tensor>, fetches: Record<string, null>, options: object): Record<string, Tensor>;
  dispose(): void;
}

/** Sessions that were or will be left with tensors on the device: held here, so that no session is collected before them. */
const holding = new Set<DeviceSession>();
const owners = new WeakMap<Tensor, DeviceSession>();

/** Whether a tensor's values lie on the device: such a tensor has no `data`, only a session on the same device may get it. */
export const isOnDevice = (tensor: Tensor): boolean => tensor.location === "gpu-buffer";

/**
 * Session options that leave the named outputs on the device. With them, a run returns every output in new memory:
 * buffers given for outputs are ignored, and all outputs have to be asked for.
 */
export function keepOnDevice(outputNames: readonly string[]): object {
  if (outputNames.length === 0) return {};
  return { preferredOutputLocation: Object.fromEntries(outputNames.map((name) => [name, "gpu-buffer"])) };
}

/**
 * A session that leaves outputs on the device (see {@link keepOnDevice}), and the lifetime of what it left there.
 * ONNX Runtime frees such a tensor through the session that made it: freed after the session is gone, it would
 * end the process. So the native session stays until the last of its tensors is released.
 *
 * The tensors are the caller's: pass each to {@link releaseFromDevice} once. The garbage collector does not see their size, and a
 * tensor forgotten keeps its session.
 */
export class DeviceSession {
  private live = 0;
  private closing = false;

  constructor(private readonly native: NativeSession) {}

  /** How many of its tensors are on the device. */
  get tensorsOnDevice(): number {
    return this.live;
  }

  /** Runs the session for all of `outputNames`; tensors among `feeds` may lie on the device. */
  run(feeds: Record<string, Tensor>, outputNames: readonly string[]): Record<string, Tensor> {
    if (this.closing)
      throw new Error("[backend-ort] device session: it was disposed and cannot run. Make a new one.");
    const results = this.native.run(feeds, Object.fromEntries(outputNames.map((name) => [name, null])), {});
    for (const tensor of Object.values(results)) {
      if (!isOnDevice(tensor)) continue;
      owners.set(tensor, this);
      this.live++;
    }
    if (this.live > 0) holding.add(this);
    return results;
  }

  /** Ends the session: at once, or with the last of its tensors. */
  dispose(): void {
    if (this.closing) return;
    this.closing = true;
    if (this.live === 0) this.native.dispose();
  }

  /** @internal */
  forget(): void {
    this.live--;
    if (this.live > 0) return;
    holding.delete(this);
    if (this.closing) this.native.dispose();
  }
}

/** Frees a tensor that a {@link DeviceSession} left on the device; a second time, or on a tensor of another origin, it does nothing. */
export function releaseFromDevice(tensor: Tensor): void {
  const owner = owners.get(tensor);
  if (!owner) return;
  owners.delete(tensor);
  tensor.dispose();
  owner.forget();
}

/** The same values on the device in another shape of equal size, without a copy; valid as long as `tensor` is. Never release it. */
export function viewOnDevice(tensor: Tensor, dims: readonly number[]): Tensor {
  return Tensor.fromGpuBuffer(tensor.gpuBuffer as never, {
    dataType: tensor.type as "float32",
    dims: [...dims],
  });
}
