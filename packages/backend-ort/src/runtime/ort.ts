import { createRequire } from "node:module";
import { Tensor as OrtTensor } from "onnxruntime-common";
import { BackendOrtError } from "../errors.js";
import type { DType, Shape } from "../graph/types.js";

export { OrtTensor };

export type HostArray = Float32Array | Int32Array | Uint8Array;

/** A session of ONNX Runtime's Node binding, which runs synchronously. */
export interface NativeSession {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: object): void;
  run(
    feeds: Record<string, OrtTensor>,
    fetches: Record<string, OrtTensor | null>,
    options: object,
  ): Record<string, OrtTensor>;
  endProfiling(): void;
  dispose(): void;
}

interface NativeBinding {
  readonly binding: {
    readonly InferenceSession: new () => NativeSession;
    listSupportedBackends(): { name: string; bundled: boolean }[];
  };
  initOrt(): void;
}

let native: NativeBinding | undefined;

/**
 * The binding of onnxruntime-node, loaded at first use. Its public API runs the same call inside a promise;
 * tfjs's dataSync needs it without.
 * @throws BackendOrtError when the native binary is missing for this platform
 */
export function ortBinding(): NativeBinding {
  if (native) return native;
  try {
    const require = createRequire(import.meta.url);
    native = require("onnxruntime-node/dist/binding.js") as NativeBinding;
  } catch (cause) {
    throw new BackendOrtError(
      "ONNX Runtime",
      `its native binary for ${process.platform}-${process.arch} does not load (${(cause as Error).message.split("\n")[0]}). Install onnxruntime-node again (npm install --force onnxruntime-node), or use another tfjs backend.`,
      { cause },
    );
  }
  native.initOrt();
  return native;
}

/** Compiles a model. @throws Error with ONNX Runtime's message */
export function loadSession(model: Uint8Array, options: object): NativeSession {
  const session = new (ortBinding().binding.InferenceSession)();
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, options);
  return session;
}

export function newArray(dtype: DType, size: number): HostArray {
  return dtype === "float32"
    ? new Float32Array(size)
    : dtype === "int32"
      ? new Int32Array(size)
      : new Uint8Array(size);
}

/** Wraps host memory as a tensor of ONNX Runtime, without a copy. */
export function ortTensor(dtype: DType, values: HostArray, shape: Shape): OrtTensor {
  return new OrtTensor(dtype, values as never, shape);
}

/** Some consecutive elements of a tensor's memory, without a copy. */
export function partOf(tensor: OrtTensor, offset: number, shape: Shape): OrtTensor {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const values = (tensor.data as HostArray).subarray(offset, offset + size);
  return ortTensor(tensor.type as DType, values, shape);
}

/** Whether the tensor's memory is part of a larger one. */
export const isPart = ({ data }: OrtTensor): boolean =>
  (data as HostArray).byteLength < (data as HostArray).buffer.byteLength;
