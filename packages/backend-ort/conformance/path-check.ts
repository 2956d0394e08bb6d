import { isFloat32Call } from "./call-dtypes.js";
import type { SpecResult } from "./events.js";
import { compareAccount } from "./kernel-counts.js";
import type { RunName } from "./options.js";
import type { SuiteRun } from "./run-suite.js";

/** Kernels that the backend promises to lower for float32, whatever it declares: all that training GANs calls. */
export const PROMISED_KERNELS: readonly string[] = [
  ...["Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter", "FusedConv2D"],
  ...["DepthwiseConv2dNative", "DepthwiseConv2dNativeBackpropInput", "DepthwiseConv2dNativeBackpropFilter"],
  ...["FusedDepthwiseConv2D", "BatchMatMul", "_FusedMatMul"],
  ...["Add", "AddN", "Sub", "Multiply", "RealDiv", "FloorDiv", "Mod", "Pow", "SquaredDifference"],
  ...[
    "Maximum",
    "Minimum",
    "Prelu",
    "Abs",
    "Neg",
    "Sign",
    "Ceil",
    "Floor",
    "Round",
    "Square",
    "Sqrt",
    "Rsqrt",
  ],
  ...[
    "Reciprocal",
    "Exp",
    "Expm1",
    "Log",
    "Log1p",
    "Erf",
    "Sin",
    "Cos",
    "Tan",
    "Tanh",
    "Sigmoid",
    "Softplus",
  ],
  ...[
    "Relu",
    "Relu6",
    "LeakyRelu",
    "Elu",
    "EluGrad",
    "Selu",
    "Step",
    "ClipByValue",
    "IsNan",
    "IsInf",
    "IsFinite",
  ],
  ...["Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual", "LogicalAnd", "LogicalOr"],
  ...["LogicalNot", "Select", "Cast", "Sum", "Mean", "Prod", "Max", "Min", "All", "Any", "ArgMax", "ArgMin"],
  ...["Cumsum", "Cumprod", "TopK", "PadV2", "MirrorPad", "Slice", "StridedSlice", "Concat", "Pack", "Unpack"],
  ...[
    "SplitV",
    "Tile",
    "Transpose",
    "Reverse",
    "GatherV2",
    "GatherNd",
    "ScatterNd",
    "UnsortedSegmentSum",
    "OneHot",
  ],
  ...["ResizeBilinear", "ResizeBilinearGrad", "ResizeNearestNeighbor", "ResizeNearestNeighborGrad"],
  ...[
    "AvgPool",
    "AvgPoolGrad",
    "MaxPool",
    "MaxPoolGrad",
    "FusedBatchNorm",
    "Softmax",
    "Fill",
    "ZerosLike",
    "OnesLike",
  ],
];

/**
 * What the counts of a run on `ort` say against it, as failures:
 * a promised kernel of which no call was lowered, in a complete run; a call on float32 of a promised or declared
 * kernel that ran on the fallback although that was refused; and an account of the backend's own that differs from
 * what was seen from outside.
 *
 * @param complete false when only some specs were run: not every kernel is called then
 */
export function checkPaths(
  { kernels, account }: Pick<SuiteRun, "kernels" | "account">,
  run: RunName,
  complete: boolean,
): SpecResult[] {
  const problems: string[] = [];
  const lowered = new Map(kernels.map(({ kernel, calls, fallback }) => [kernel, calls - fallback]));
  for (const kernel of complete ? PROMISED_KERNELS : []) {
    if ((lowered.get(kernel) ?? 0) === 0) {
      problems.push(`${kernel}: is promised to be lowered, but none of its calls was`);
    }
  }
  const bound = new Set([
    ...PROMISED_KERNELS,
    ...[...lowered].filter(([, calls]) => calls > 0).map(([kernel]) => kernel),
  ]);
  for (const { kernel, alias, dtypes } of run === "refused" ? kernels : []) {
    for (const [inputs, { fallback }] of alias || !bound.has(kernel) ? [] : Object.entries(dtypes)) {
      if (fallback > 0 && isFloat32Call(inputs)) {
        problems.push(`${kernel}: ${fallback} calls on ${inputs} fell back although that was refused`);
      }
    }
  }
  if (account !== undefined) {
    problems.push(...compareAccount(kernels, account));
  }
  return problems.map((message) => ({
    name: `path of ${message.slice(0, message.indexOf(":"))} (outside its specs)`,
    status: "failed",
    millis: 0,
    failures: [{ message, stack: [] }],
  }));
}
