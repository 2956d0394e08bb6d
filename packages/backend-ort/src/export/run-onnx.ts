import { options } from "../config.js";
import { sizeOf } from "../graph/shapes.js";
import type { DType, Shape } from "../graph/types.js";
import type { HostArray } from "../runtime/ort.js";
import { loadSession, newArray, type OrtTensor, ortTensor } from "../runtime/ort.js";

/** A tensor on the host. */
export interface OnnxTensor {
  /** As tfjs names it. */
  readonly dtype: DType;
  /** Sizes of its dimensions. */
  readonly shape: Shape;
  /** In row-major order. */
  readonly values: HostArray;
}

/**
 * Runs a model of any origin once in ONNX Runtime, on the CPU and with its own optimisations, as any program would.
 *
 * @param outputs names of the results wanted
 * @throws Error with ONNX Runtime's message
 */
export function runOnnx(
  model: Uint8Array,
  inputs: Readonly<Record<string, OnnxTensor>>,
  outputs: readonly string[],
): Record<string, OnnxTensor> {
  const session = loadSession(model, {
    executionProviders: ["cpu"],
    logSeverityLevel: 4,
    ...(options.threads > 0 && { intraOpNumThreads: options.threads }),
  });
  try {
    const feeds: Record<string, OrtTensor> = {};
    for (const [name, { dtype, shape, values }] of Object.entries(inputs))
      feeds[name] = ortTensor(dtype, values, shape);
    const results = session.run(feeds, Object.fromEntries(outputs.map((name) => [name, null])), {});
    return Object.fromEntries(
      outputs.map((name) => {
        const { type, dims, data } = results[name] as OrtTensor;
        const values = newArray(type as DType, sizeOf(dims));
        values.set(data as HostArray);
        return [name, { dtype: type as DType, shape: dims, values }];
      }),
    );
  } finally {
    session.dispose();
  }
}
