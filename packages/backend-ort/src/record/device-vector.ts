import { releaseFromDevice } from "../providers/device-session.js";
import type { OrtTensor } from "../runtime/ort.js";

/** A vector on the device whose parts are the values of several tensors; it is freed with the last of them. */
export class DeviceVector {
  private pieces = 0;
  private host: Float32Array | undefined;

  /**
   * @param tensor on the device, float32 [size]; owned from now on
   * @param download copies it to host memory
   */
  constructor(
    readonly tensor: OrtTensor,
    private readonly download: (tensor: OrtTensor) => Float32Array,
  ) {}

  /** Elements of all parts. */
  get size(): number {
    return this.tensor.size;
  }

  hold(): void {
    this.pieces++;
  }

  /** Undoes one {@link hold}. */
  letGo(): void {
    this.pieces--;
    if (this.pieces > 0) return;
    this.host = undefined;
    releaseFromDevice(this.tensor);
  }

  /** A copy of some of its elements in host memory. All of them are fetched once, however many parts are read. */
  read(offset: number, size: number): Float32Array {
    this.host ??= this.download(this.tensor);
    return this.host.slice(offset, offset + size);
  }
}
