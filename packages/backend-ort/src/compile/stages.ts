import type { Variable } from "@tensorflow/tfjs-core";
import type { HostTensor, RecordedNode } from "../record/host-tensor.js";
import type { Executable } from "../runtime/executable.js";
import type { JointKeeper } from "./joint-state.js";

/** Where a graph's input comes from at each replay. */
export type Source =
  | { readonly kind: "argument"; readonly index: number }
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "captured"; readonly tensor: HostTensor }
  | { readonly kind: "local"; readonly slot: number };

/** One run of ONNX Runtime. */
export interface GraphStage {
  readonly executable: Executable;
  readonly inputs: readonly Source[];
  /** Slots that the outputs fill. */
  readonly outputs: readonly number[];
  /** Outputs that may be written over the variable's value that they replace: indices of both. */
  readonly inPlace: readonly { readonly output: number; readonly input: number }[];
  /** Variables that are kept in a form of the graph's own; their tensors follow the other inputs and outputs. */
  readonly joint: readonly JointKeeper[];
}

/** A kernel without a lowering, run by tfjs-backend-cpu. */
export interface HostStage {
  readonly node: RecordedNode;
  readonly inputs: readonly (Source | undefined)[];
  readonly outputs: readonly number[];
}
