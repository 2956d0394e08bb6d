import type { TensorDescription } from "./state-dict-world.js";
import { storageTypes } from "./storage-types.js";

/** The values of a tensor row by row, as float32, from the bytes of its storage. */
export function readDescribedTensor(tensor: TensorDescription, stored: Uint8Array): Float32Array {
  const { storage, offset, shape, strides, size } = tensor;
  if (storage.type === storageTypes["torch.FloatStorage"] && isContiguous(shape, strides)) {
    const start = offset * 4;
    const values = new Float32Array(size);
    new Uint8Array(values.buffer).set(stored.subarray(start, start + size * 4));
    return values;
  }
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const values = new Float32Array(size);
  const place = shape.map(() => 0);
  let from = offset;
  for (let index = 0; index < size; index++) {
    values[index] = storage.type.read(view, from);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] as number;
      const next = (place[axis] as number) + 1;
      from += stride;
      place[axis] = next;
      if (next < (shape[axis] as number)) break;
      from -= stride * next;
      place[axis] = 0;
    }
  }
  return values;
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    if (size > 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}
