import { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import { writeModel } from "../onnx/write-model.js";
import { loadSession, type NativeSession, newArray, type OrtTensor, ortTensor } from "./ort.js";

/** What a model whose outputs shall not be copied names its first output, which is no tensor. */
export const STOP_OUTPUT = "stop";

let probed: { readonly refusal: string | undefined } | undefined;

/**
 * Whether {@link runUncopied} works with this build of ONNX Runtime's binding.
 *
 * The binding copies every output of a run into a new array, also those that the run has already written into the
 * caller's buffers: for a training step all weights and moments. It does so output by output, and refuses one that is no
 * tensor. So a model that has such an output in front runs to its end, writes into the caller's buffers, and is refused
 * before the first copy. Found out once, by a model of two outputs.
 */
export function canSkipCopies(): boolean {
  probed ??= { refusal: probe() };
  return probed.refusal !== undefined;
}

/**
 * Runs a model that was written with `stop`.
 * @param fetches a buffer for each output but the stop
 * @throws Error with ONNX Runtime's message, when the run itself fails
 */
export function runUncopied(
  session: NativeSession,
  feeds: Record<string, OrtTensor>,
  fetches: Record<string, OrtTensor>,
): void {
  try {
    session.run(feeds, { ...fetches, [STOP_OUTPUT]: null }, {});
  } catch (error) {
    if ((error as Error).message !== probed?.refusal) throw error;
  }
}

/** The message by which the binding refuses the stop, if it does so after the run and before copies. */
function probe(): string | undefined {
  const graph = new GraphBuilder();
  const x: Value = graph.input({ dtype: "float32", shape: [2] });
  const y = graph.unary("Neg", x);
  const session = loadSession(writeModel([x], [y.producer as never], [y], { stop: STOP_OUTPUT }), {});
  const result = ortTensor("float32", newArray("float32", 2), [2]);
  try {
    const feeds = { [`v${x.id}`]: ortTensor("float32", Float32Array.of(1, 2), [2]) };
    session.run(feeds, { [STOP_OUTPUT]: null, [`v${y.id}`]: result }, {});
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return (result.data as Float32Array)[1] === -2 ? message : undefined;
  } finally {
    session.dispose();
  }
}
