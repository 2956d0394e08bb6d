import {
  add,
  backend_util,
  cast,
  div,
  exp,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  logicalAnd,
  mul,
  neg,
  pow,
  reshape,
  rsqrt,
  sigmoid,
  sign,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  where,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { registerFromInputs, registerZero } from "./register.js";
import { withoutGradient } from "./stop-gradient.js";

const selu = { scale: 1.0507009873554805, scaleAlpha: 1.7580993408473768 };

/** `condition`, 1 or 0, without a gradient. */
const mask = (condition: () => Tensor) => withoutGradient(() => cast(condition(), "float32"));

/** Sums `gradient` over the axes along which an input of `shape` was broadcast. */
function unbroadcast(gradient: Tensor, shape: number[]): Tensor {
  const axes = backend_util.getReductionAxes(shape, gradient.shape);
  return reshape(axes.length > 0 ? sum(gradient, axes) : gradient, shape);
}

function registerUnary(
  kernelName: string,
  gradient: (dy: Tensor, x: Tensor, attributes: Record<string, unknown>) => Tensor,
): void {
  registerFromInputs(kernelName, ["x"], (dy, saved, attributes) => ({
    x: () => gradient(dy, saved[0] as Tensor, attributes as Record<string, unknown>),
  }));
}

function registerBinary(
  kernelName: string,
  gradientA: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
  gradientB: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
): void {
  registerFromInputs(kernelName, ["a", "b"], (dy, saved) => {
    const [a, b] = saved as [Tensor, Tensor];
    return {
      a: () => unbroadcast(gradientA(dy, a, b), a.shape),
      b: () => unbroadcast(gradientB(dy, a, b), b.shape),
    };
  });
}

export function registerElementwise(): void {
  for (const name of ["Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual"]) {
    registerZero(name, ["a", "b"]);
  }
  for (const name of ["LogicalAnd", "LogicalOr", "FloorDiv"]) registerZero(name, ["a", "b"]);
  for (const name of ["LogicalNot", "Sign", "Step", "Floor", "Ceil", "Round"]) registerZero(name, ["x"]);

  registerUnary("Exp", (dy, x) => mul(dy, exp(x)));
  registerUnary("Tanh", (dy, x) => mul(sub(1, square(tanh(x))), dy));
  registerUnary("Sigmoid", (dy, x) => {
    const y = sigmoid(x);
    return mul(dy, mul(y, sub(1, y)));
  });
  registerUnary("Rsqrt", (dy, x) => mul(neg(div(rsqrt(x), x)), mul(dy, 0.5)));
  registerUnary("Abs", (dy, x) =>
    mul(
      dy,
      withoutGradient(() => sign(x)),
    ),
  );
  registerUnary("Relu", (dy, x) =>
    mul(
      dy,
      mask(() => greater(x, 0)),
    ),
  );
  registerUnary("Relu6", (dy, x) =>
    mul(
      dy,
      mask(() => logicalAnd(greater(x, 0), lessEqual(x, 6))),
    ),
  );
  registerUnary("LeakyRelu", (dy, x, { alpha }) =>
    where(
      withoutGradient(() => greater(x, 0)),
      dy,
      mul(dy, alpha as number),
    ),
  );
  registerUnary("Elu", (dy, x) => {
    const positive = withoutGradient(() => greater(x, 0));
    // The branch not taken must stay finite: its zero weight would turn an infinity into NaN.
    return where(positive, dy, mul(dy, exp(where(positive, zerosLike(x), x))));
  });
  registerUnary("Selu", (dy, x) => {
    const positive = withoutGradient(() => greater(x, 0));
    const below = mul(mul(dy, selu.scaleAlpha), exp(where(positive, zerosLike(x), x)));
    return where(positive, mul(dy, selu.scale), below);
  });
  registerUnary("ClipByValue", (dy, x, { clipValueMin, clipValueMax }) =>
    mul(
      dy,
      mask(() => logicalAnd(greaterEqual(x, clipValueMin as number), lessEqual(x, clipValueMax as number))),
    ),
  );
  registerFromInputs("Prelu", ["x", "alpha"], (dy, saved) => {
    const [x, alpha] = saved as [Tensor, Tensor];
    const positive = withoutGradient(() => greater(x, 0));
    return {
      x: () => where(positive, dy, mul(dy, alpha)),
      alpha: () => unbroadcast(where(positive, zerosLike(dy), mul(dy, x)), alpha.shape),
    };
  });

  registerBinary(
    "Maximum",
    (dy, a, b) =>
      mul(
        dy,
        mask(() => greaterEqual(a, b)),
      ),
    (dy, a, b) =>
      mul(
        dy,
        mask(() => less(a, b)),
      ),
  );
  registerBinary(
    "Minimum",
    (dy, a, b) =>
      mul(
        dy,
        mask(() => lessEqual(a, b)),
      ),
    (dy, a, b) =>
      mul(
        dy,
        mask(() => greater(a, b)),
      ),
  );
  registerBinary(
    "SquaredDifference",
    (dy, a, b) => mul(dy, mul(sub(a, b), 2)),
    (dy, a, b) => mul(dy, mul(sub(b, a), 2)),
  );
  registerBinary(
    "Pow",
    (dy, a, b) => mul(dy, mul(cast(b, "float32"), pow(a, sub(cast(b, "float32"), 1)))),
    (dy, a, b) => {
      const positive = mask(() => greater(a, 0));
      const safe = add(mul(a, positive), sub(1, positive)); // log(1) = 0 where the base is not positive
      return mul(dy, mul(pow(a, b), log(safe)));
    },
  );
}
