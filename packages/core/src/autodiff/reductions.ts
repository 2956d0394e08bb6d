import {
  backend_util,
  cast,
  cumsum,
  equal,
  max,
  min,
  mul,
  reshape,
  softmax,
  sub,
  sum,
  type Tensor,
  util,
} from "@tensorflow/tfjs-core";
import { registerFromInputs } from "./register.js";
import { withoutGradient } from "./stop-gradient.js";

function registerExtremum(kernelName: string, reduce: typeof max | typeof min): void {
  registerFromInputs(kernelName, ["x"], (dy, saved, attributes) => {
    const x = saved[0] as Tensor;
    const given = (attributes.reductionIndices ?? attributes.axis) as number | number[];
    const axes = util.parseAxisParam(given, x.shape);
    const kept = backend_util.expandShapeToKeepDim(
      x.shape.filter((_size, axis) => !axes.includes(axis)),
      axes,
    );
    return {
      x: () => {
        const chosen = withoutGradient(() => cast(equal(x, reduce(x, axes, true)), "float32"));
        return mul(reshape(dy, kept), chosen);
      },
    };
  });
}

export function registerReductions(): void {
  registerExtremum("Max", max);
  registerExtremum("Min", min);
  registerFromInputs("Softmax", ["logits"], (dy, saved, { dim }) => ({
    logits: () => {
      const y = softmax(saved[0] as Tensor, dim as number);
      return mul(y, sub(dy, sum(mul(dy, y), dim as number, true)));
    },
  }));
  // tfjs transposes the result for every axis but the last.
  registerFromInputs("Cumsum", ["x"], (dy, _saved, { axis, exclusive, reverse }) => ({
    x: () => cumsum(dy, axis as number, exclusive as boolean, !reverse),
  }));
  // tfjs adds one slice for each repetition.
  registerFromInputs("Tile", ["x"], (dy, saved, { reps }) => ({
    x: () => {
      const { shape } = saved[0] as Tensor;
      const split = shape.flatMap((size, axis) => [(reps as number[])[axis] as number, size]);
      const repetitions = shape.map((_size, axis) => 2 * axis);
      return reshape(sum(reshape(dy, split), repetitions), shape);
    },
  }));
}
