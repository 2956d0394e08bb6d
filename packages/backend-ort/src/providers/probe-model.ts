/** What the probe model adds, and what a provider that works must return. */
export const PROBE_INPUT = [1, 2, 3, 4] as const;
export const PROBE_OUTPUT = [2, 4, 6, 8] as const;

const FLOAT = 1; // TensorProto.DataType

type Bytes = readonly number[];

// Protobuf by hand, for these few fields: a key byte (number << 3 | wire type), then a varint or a length and its
// bytes. All numbers here are below 128, so each takes one byte.
const integer = (field: number, value: number): Bytes => [field << 3, value];
const nested = (field: number, ...parts: Bytes[]): Bytes => {
  const payload = parts.flat();
  return [(field << 3) | 2, payload.length, ...payload];
};
const text = (field: number, value: string): Bytes => nested(field, [...Buffer.from(value)]);

// ValueInfoProto: float32 [4].
const vector = (field: number, name: string): Bytes =>
  nested(
    field,
    text(1, name),
    nested(2, nested(1, integer(1, FLOAT), nested(2, nested(1, integer(1, PROBE_INPUT.length))))),
  );

/** An ONNX model (IR 8, opset 17) of one node, `y = x + x`, with `x` and `y` float32 [4]: the least that a provider must run. */
export function probeModel(): Uint8Array {
  const node = nested(1, text(1, "x"), text(1, "x"), text(2, "y"), text(4, "Add"));
  const graph = nested(7, node, text(2, "probe"), vector(11, "x"), vector(12, "y"));
  return Uint8Array.from([...integer(1, 8), ...graph, ...nested(8, integer(2, 17))]);
}
