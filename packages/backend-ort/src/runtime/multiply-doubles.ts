import { options } from "../config.js";
import { BackendOrtError } from "../errors.js";
import { IR_VERSION, ModelMessage, OPSET_VERSION } from "../onnx/schema.js";
import { loadSession, type NativeSession, OrtTensor } from "./ort.js";

/** Sizes of a product op(A)·op(B): [rows, inner] times [inner, columns] after any transposition. */
export interface DoubleProduct {
  /** Rows of the first matrix. */
  rows: number;
  /** Columns of the first matrix, rows of the second. */
  inner: number;
  /** Columns of the second matrix. */
  columns: number;
  /** A is stored as [inner, rows]. Default false. */
  transposeA?: boolean;
  /** B is stored as [columns, inner]. Default false. */
  transposeB?: boolean;
}

/** One session for each pair of transpositions and number of threads, kept for good: each is a few kilobytes. */
const sessions = new Map<string, NativeSession>();

/**
 * The float64 matrix product C = op(A)·op(B) on ONNX Runtime's CPU kernels, row by row: for statistics that
 * float32, all that TensorFlow.js has, is too coarse for. Synchronous, with as many threads as the backend's.
 *
 * @param target Filled and returned when it is given, [rows, columns].
 * @throws BackendOrtError when an array has not the length that the sizes declare.
 */
export function multiplyDoubles(
  a: Float64Array,
  b: Float64Array,
  product: DoubleProduct,
  target?: Float64Array,
): Float64Array {
  const { rows, inner, columns, transposeA = false, transposeB = false } = product;
  const result = target ?? new Float64Array(rows * columns);
  const matches =
    a.length === rows * inner && b.length === inner * columns && result.length === rows * columns;
  if (!matches) {
    throw new BackendOrtError(
      "multiplyDoubles",
      `[${rows}, ${inner}] times [${inner}, ${columns}] needs ${rows * inner} and ${inner * columns} values and gives ${rows * columns}, got ${a.length}, ${b.length} and room for ${result.length}. Pass arrays of these lengths.`,
    );
  }
  if (result.length === 0 || inner === 0) return result.fill(0);
  const feeds = {
    a: new OrtTensor("float64", a, transposeA ? [inner, rows] : [rows, inner]),
    b: new OrtTensor("float64", b, transposeB ? [columns, inner] : [inner, columns]),
  };
  const fetches = { c: new OrtTensor("float64", result, [rows, columns]) };
  findSession(transposeA, transposeB).run(feeds, fetches, {});
  return result;
}

function findSession(transposeA: boolean, transposeB: boolean): NativeSession {
  const key = `${transposeA} ${transposeB} ${options.threads}`;
  let session = sessions.get(key);
  if (session === undefined) {
    session = loadSession(writeProduct(transposeA, transposeB), {
      executionProviders: ["cpu"],
      ...(options.threads > 0 && { intraOpNumThreads: options.threads }),
      logSeverityLevel: 4,
    });
    sessions.set(key, session);
  }
  return session;
}

/** A model of one Gemm whose sizes are left open. */
function writeProduct(transposeA: boolean, transposeB: boolean): Uint8Array {
  const double = 11; // TensorProto.DataType
  const int = 2; // AttributeProto.AttributeType
  const matrix = (name: string) => ({
    name,
    type: { tensorType: { elemType: double, shape: { dim: [{}, {}] } } },
  });
  const attribute = [
    { name: "transA", i: Number(transposeA), type: int },
    { name: "transB", i: Number(transposeB), type: int },
  ];
  const message = {
    irVersion: IR_VERSION,
    producerName: "@gan/backend-ort",
    opsetImport: [{ domain: "", version: OPSET_VERSION }],
    graph: {
      name: "product",
      node: [{ input: ["a", "b"], output: ["c"], name: "product", opType: "Gemm", attribute }],
      input: [matrix("a"), matrix("b")],
      output: [matrix("c")],
    },
  };
  return ModelMessage.encode(message).finish();
}
