import type { Tensor } from "onnxruntime-common";
import { isOnDevice, viewOnDevice } from "./device-session.js";
import { oneNodeModel } from "./one-node-model.js";

/** A native session that writes into the tensors given for its outputs. */
export interface ReadingSession {
  run(
    feeds: Record<string, Tensor>,
    fetches: Record<string, Tensor>,
    options: object,
  ): Record<string, Tensor>;
  dispose(): void;
}

type DType = "float32" | "int32" | "bool";

/**
 * Copies tensors from the device into host memory. ONNX Runtime's Node binding has no call for it (a tensor's own
 * `getData()` ends the process), so a session of one Identity node per dtype does it.
 */
export class DeviceReader {
  private readonly sessions = new Map<DType, ReadingSession>();

  /** @param createSession compiles a model on the provider that the tensors belong to, with outputs in host memory */
  constructor(private readonly createSession: (model: Uint8Array) => ReadingSession) {}

  /**
   * Waits for the device, then writes the values of `source` to `target`.
   * @param source on the device; float32, int32 or bool, any shape
   * @param target in host memory, of the same dtype and size
   */
  read(source: Tensor, target: Tensor): void {
    if (!isOnDevice(source) || isOnDevice(target)) {
      throw new Error(
        `[backend-ort] device reader: needs a source on the device and a target in host memory, got ${source.location} and ${target.location}.`,
      );
    }
    if (source.type !== target.type || source.size !== target.size) {
      throw new Error(
        `[backend-ort] device reader: source is ${source.type} of ${source.size} values, target ${target.type} of ${target.size}. Make them equal.`,
      );
    }
    if (source.size === 0) return;
    const target1d = target.dims.length === 1 ? target : target.reshape([target.size]);
    this.session(source.type as DType).run({ x: viewOnDevice(source, [source.size]) }, { y: target1d }, {});
  }

  /** Ends its sessions; the next {@link read} makes them anew. */
  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
  }

  private session(dtype: DType): ReadingSession {
    let session = this.sessions.get(dtype);
    if (!session) {
      session = this.createSession(oneNodeModel("Identity", 1, dtype));
      this.sessions.set(dtype, session);
    }
    return session;
  }
}
