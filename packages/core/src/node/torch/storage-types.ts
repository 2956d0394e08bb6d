import { decodeHalf } from "../../checkpoint/half-precision.js";

/** How a storage's bytes become numbers. */
export interface StorageType {
  bytesEach: number;
  /** Value at a place, from little-endian bytes. */
  read(view: DataView, index: number): number;
}

const bits = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function decodeBrainFloat(half: number): number {
  bits.setUint32(0, half << 16);
  return bits.getFloat32(0);
}

/** By the names that PyTorch pickles. */
export const storageTypes: Readonly<Record<string, StorageType>> = {
  "torch.FloatStorage": { bytesEach: 4, read: (view, index) => view.getFloat32(4 * index, true) },
  "torch.DoubleStorage": { bytesEach: 8, read: (view, index) => view.getFloat64(8 * index, true) },
  "torch.HalfStorage": { bytesEach: 2, read: (view, index) => decodeHalf(view.getUint16(2 * index, true)) },
  "torch.BFloat16Storage": {
    bytesEach: 2,
    read: (view, index) => decodeBrainFloat(view.getUint16(2 * index, true)),
  },
  "torch.LongStorage": { bytesEach: 8, read: (view, index) => Number(view.getBigInt64(8 * index, true)) },
  "torch.IntStorage": { bytesEach: 4, read: (view, index) => view.getInt32(4 * index, true) },
  "torch.ShortStorage": { bytesEach: 2, read: (view, index) => view.getInt16(2 * index, true) },
  "torch.CharStorage": { bytesEach: 1, read: (view, index) => view.getInt8(index) },
  "torch.ByteStorage": { bytesEach: 1, read: (view, index) => view.getUint8(index) },
  "torch.BoolStorage": { bytesEach: 1, read: (view, index) => view.getUint8(index) },
};
