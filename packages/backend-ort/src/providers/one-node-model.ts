type Bytes = readonly number[];

/** TensorProto.DataType of the dtypes that tfjs tensors have. */
const DATA_TYPES = { float32: 1, int32: 6, bool: 9 } as const;

// Protobuf by hand, for these few fields: a key byte (number << 3 | wire type), then a varint, or a length and its
// bytes. All numbers here are below 128, so each takes one byte.
const integer = (field: number, value: number): Bytes => [field << 3, value];
const nested = (field: number, ...parts: Bytes[]): Bytes => {
  const payload = parts.flat();
  if (payload.length > 127)
    throw new RangeError(`one-node model: a field may hold 127 bytes, got ${payload.length}.`);
  return [(field << 3) | 2, payload.length, ...payload];
};
const text = (field: number, value: string): Bytes => nested(field, [...Buffer.from(value)]);

/**
 * An ONNX model (IR 8, opset 17) of one node with the output `y`, all of whose inputs are `x`; both are vectors
 * of `dtype` and of one length, left open.
 * @param inputs how many inputs the operator takes
 */
export function oneNodeModel(operator: string, inputs: number, dtype: keyof typeof DATA_TYPES): Uint8Array {
  const dimension = nested(1, text(2, "n"));
  const tensorType = nested(1, integer(1, DATA_TYPES[dtype]), nested(2, dimension));
  const valueInfo = (field: number, name: string): Bytes =>
    nested(field, text(1, name), nested(2, tensorType));
  const operands = Array.from({ length: inputs }, () => text(1, "x"));
  const node = nested(1, ...operands, text(2, "y"), text(3, operator), text(4, operator));
  const graph = nested(7, node, text(2, "one-node"), valueInfo(11, "x"), valueInfo(12, "y"));
  return Uint8Array.from([...integer(1, 8), ...graph, ...nested(8, integer(2, 17))]);
}
