import { sizeOf } from "../graph/shapes.js";
import type { DType, Shape } from "../graph/types.js";
import { isPart, newArray, type OrtTensor, ortTensor } from "./ort.js";

interface Free {
  readonly tensor: OrtTensor;
  readonly sinceRun: number;
}

/**
 * Buffers for the outputs of compiled graphs, reused by dtype and shape so that a training step makes no
 * garbage. Buffers not wanted again within {@link KEEP_RUNS} runs go back to the garbage collector.
 */
export class BufferPool {
  private readonly free = new Map<string, Free[]>();
  private runs = 0;
  freeBytes = 0;

  take(dtype: DType, shape: Shape): OrtTensor {
    const entry = this.free.get(`${dtype}:${shape}`)?.pop();
    if (!entry) return ortTensor(dtype, newArray(dtype, sizeOf(shape)), shape);
    this.freeBytes -= byteLength(entry.tensor);
    return entry.tensor;
  }

  /** Takes a buffer back; parts of a larger memory are whoever's that memory is. */
  give(tensor: OrtTensor): void {
    if (isPart(tensor)) return;
    const key = `${tensor.type}:${tensor.dims}`;
    const list = this.free.get(key);
    const entry = { tensor, sinceRun: this.runs };
    if (list) list.push(entry);
    else this.free.set(key, [entry]);
    this.freeBytes += byteLength(tensor);
  }

  /** Counts a run, and now and then lets old buffers go. */
  tick(): void {
    this.runs++;
    if (this.runs % KEEP_RUNS !== 0) return;
    for (const [key, list] of this.free) {
      const kept = list.filter((entry) => this.runs - entry.sinceRun <= KEEP_RUNS);
      for (const entry of list) if (!kept.includes(entry)) this.freeBytes -= byteLength(entry.tensor);
      if (kept.length > 0) this.free.set(key, kept);
      else this.free.delete(key);
    }
  }

  clear(): void {
    this.free.clear();
    this.freeBytes = 0;
  }
}

const KEEP_RUNS = 64;

const byteLength = (tensor: OrtTensor): number => (tensor.data as Float32Array).byteLength;
