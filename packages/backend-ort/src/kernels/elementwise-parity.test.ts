import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { compile } from "../index.js";
import {
  BITS,
  expectSame,
  filled,
  INTEGERS,
  kernel,
  ORDERED,
  pairs,
  SPECIAL,
  VALUES,
} from "./parity-values.test-helper.js";

const DTYPES = ["float32", "int32", "bool"] as const;

const UNARY = [
  ...[
    "Abs",
    "Neg",
    "Ceil",
    "Floor",
    "Round",
    "Sign",
    "Square",
    "Sqrt",
    "Rsqrt",
    "Reciprocal",
    "Exp",
    "Expm1",
  ],
  ...[
    "Log",
    "Log1p",
    "Erf",
    "IsNan",
    "IsInf",
    "IsFinite",
    "Sin",
    "Cos",
    "Tan",
    "Asin",
    "Acos",
    "Atan",
    "Sinh",
  ],
  ...["Cosh", "Tanh", "Asinh", "Acosh", "Atanh", "Relu", "Relu6", "Elu", "Selu", "Sigmoid", "Softplus"],
];
const UNARY_INT32 = [
  "Abs",
  "Neg",
  "Ceil",
  "Floor",
  "Round",
  "Sign",
  "Relu",
  "Relu6",
  "IsNan",
  "IsInf",
  "IsFinite",
];

describe("one tensor", () => {
  it.each(UNARY)("%s of float32", async (name) => {
    await expectSame(name, () => [
      kernel(name, { x: filled([SPECIAL.length], "float32") }),
      // Long enough for vectorised loops, with every value in every lane.
      kernel(name, { x: filled([17, SPECIAL.length, 3], "float32") }),
      kernel(name, { x: filled([], "float32", [0.75]) }),
      kernel(name, { x: filled([2, 1, 3, 1, 2, 2], "float32") }),
    ]);
  });

  it.each(UNARY_INT32)("%s of int32", async (name) => {
    // tfjs-backend-cpu takes magnitudes through float32.
    const values = name === "Abs" ? INTEGERS.filter((value) => Math.abs(value) < 2 ** 24) : INTEGERS;
    await expectSame(name, () => kernel(name, { x: filled([4, 5], "int32", values) }));
  });

  it("squares int32 exactly", async () => {
    await expectSame("Square", () => kernel("Square", { x: filled([4], "int32", [3, -7, 0, 4000]) }));
  });

  it.each([1e-7, 3e-4, 0.01])("Log1p and Expm1 are accurate near zero, at %f", async (magnitude) => {
    const near = (): tf.Tensor => filled([4], "float32", [magnitude, -magnitude, magnitude / 3, 1]);
    // A quotient shows the relative error.
    for (const name of ["Log1p", "Expm1"]) {
      await expectSame(name, () => tf.div(kernel(name, { x: near() }), near()));
    }
  });

  it("Log1p of exp(-|x|), the tail of a cross entropy", async () => {
    await expectSame("Log1p", () => tf.log1p(tf.exp(tf.neg(tf.abs(filled([40], "float32"))))));
  });

  it.each([0, 0.2, 1, -1, 0.3, -2.7, 3, Number.POSITIVE_INFINITY, Number.NaN])(
    "Step with alpha %f",
    async (alpha) => {
      await expectSame("Step", () => kernel("Step", { x: filled([5, 21], "float32") }, { alpha }));
    },
  );

  it.each([0.2, 0, -0.5, 2, Number.POSITIVE_INFINITY])("LeakyRelu with alpha %f", async (alpha) => {
    await expectSame("LeakyRelu", () => kernel("LeakyRelu", { x: filled([5, 21], "float32") }, { alpha }));
    await expectSame("LeakyRelu", () =>
      kernel("LeakyRelu", { x: filled([5], "int32", [0, 3, -3, 9, -70]) }, { alpha }),
    );
  });

  it.each([
    [-1, 1],
    [0.25, 0.25],
    [Number.NEGATIVE_INFINITY, 2],
    [-2, Number.POSITIVE_INFINITY],
  ])("ClipByValue to [%f, %f]", async (clipValueMin, clipValueMax) => {
    const attributes = { clipValueMin, clipValueMax };
    await expectSame("ClipByValue", () =>
      kernel("ClipByValue", { x: filled([5, 21], "float32") }, attributes),
    );
  });

  it("ClipByValue of int32", async () => {
    await expectSame("ClipByValue", () =>
      kernel("ClipByValue", { x: filled([12], "int32") }, { clipValueMin: -2, clipValueMax: 7 }),
    );
  });

  it("Prelu and EluGrad", async () => {
    await expectSame("Prelu", () =>
      tf.prelu(filled([2, 21], "float32"), filled([21], "float32", [0.5, -1, 2])),
    );
    await expectSame("Prelu", () => tf.prelu(filled([21], "float32"), tf.scalar(0.1)));
    const [column, row] = [SPECIAL, SPECIAL];
    await expectSame("EluGrad", () =>
      kernel("EluGrad", { dy: filled([441], "float32", column), y: filled([441], "float32", row, 7) }),
    );
  });

  it.each(DTYPES.flatMap((from) => DTYPES.map((to) => [from, to] as const)))(
    "Cast of %s to %s",
    async (from, to) => {
      const extremes =
        from === "float32" ? [...SPECIAL, 3e9, -3e9, 2147483648, -2147483648, 5e9, 1e20] : VALUES[from];
      await expectSame("Cast", () =>
        kernel("Cast", { x: filled([extremes.length], from, extremes) }, { dtype: to }),
      );
    },
  );
});

const BINARY = [
  "Add",
  "Sub",
  "Multiply",
  "RealDiv",
  "Mod",
  "Pow",
  "Maximum",
  "Minimum",
  "SquaredDifference",
  "Atan2",
];
const SHAPES: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[], []],
  [[2, 3], []],
  [[1], [4, 1, 2]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [
    [2, 1, 3, 1, 2, 1],
    [1, 2, 3, 2, 1, 3],
  ],
];

describe("two tensors", () => {
  it.each(BINARY)("%s of float32", async (name) => {
    await expectSame(name, () => {
      const [a, b] = pairs("float32");
      return kernel(name, { a, b });
    });
    await expectSame(name, () =>
      SHAPES.map(([left, right]) =>
        kernel(name, {
          a: filled(left, "float32", [1.5, -2, 0.25, 3]),
          b: filled(right, "float32", [2.5, 0.5, 3]),
        }),
      ),
    );
  });

  it("Tan beside its poles and of large angles", async () => {
    const angles = [1.5707963, 1.5707964, -4.712389, 608065414, 1786759246, -1015107953, 1e-7];
    await expectSame("Tan", () => tf.tan(tf.tensor1d(angles)), 1e-7);
  });

  it("Pow with a constant exponent", async () => {
    for (const exponent of [0, 0.5, 1, 1.5, 2, 3, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expectSame("Pow", () => tf.pow(filled([21], "float32"), tf.scalar(exponent)));
    }
  });

  it("Pow of a constant base, compiled", async () => {
    for (const base of [0.5, 1, -1, 0, 3]) {
      const compiled = compile((exponent: tf.Tensor) => tf.pow(tf.scalar(base), exponent));
      await expectSame("Pow", () => compiled(filled([21], "float32")));
      compiled.dispose();
    }
  });

  it("FloorDiv of float32 gives int32", async () => {
    const plain = SPECIAL.filter((value) => Math.abs(value) !== 1e-6);
    await expectSame("FloorDiv", () => {
      const [a, b] = pairs("float32", plain);
      return kernel("FloorDiv", { a, b });
    });
  });

  it.each(["Add", "Sub", "Multiply", "Maximum", "Minimum", "SquaredDifference"])(
    "%s of int32",
    async (name) => {
      const small = INTEGERS.filter((value) => Math.abs(value) < 1000);
      await expectSame(name, () => {
        const [a, b] = pairs("int32", name === "Multiply" || name === "SquaredDifference" ? small : INTEGERS);
        return kernel(name, { a, b });
      });
    },
  );

  it.each(["float32", "int32"] as const)("AddN of %s", async (dtype) => {
    await expectSame("AddN", () =>
      tf.addN([
        filled([3, 7], dtype),
        filled([3, 7], dtype, undefined, 3),
        filled([3, 7], dtype, undefined, 5),
      ]),
    );
    await expectSame("AddN", () => kernel("AddN", [filled([], dtype, [4])]));
  });

  const COMPARISONS = ["Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual"];
  it.each(COMPARISONS.flatMap((name) => DTYPES.map((dtype) => [name, dtype] as const)))(
    "%s of %s",
    async (name, dtype) => {
      await expectSame(name, () => {
        const [a, b] = pairs(dtype);
        return kernel(name, { a, b });
      });
    },
  );

  it.each(["LogicalAnd", "LogicalOr"])("%s", async (name) => {
    await expectSame(name, () => {
      const [a, b] = pairs("bool");
      return kernel(name, { a, b });
    });
  });

  it("LogicalNot", async () => {
    await expectSame("LogicalNot", () => tf.logicalNot(filled([2, 3], "bool")));
  });
});

describe("Select", () => {
  it.each(DTYPES)("of %s", async (dtype) => {
    await expectSame("Select", () =>
      tf.where(filled([3, 1, 5], "bool"), filled([4, 5], dtype), filled([1], dtype, undefined, 4)),
    );
    await expectSame("Select", () => tf.where(filled([], "bool", [1]), filled([], dtype), filled([], dtype)));
  });

  it("of filled tensors and of mixed dtypes", async () => {
    await expectSame("Select", () =>
      tf.where(filled([2, 5], "bool"), tf.fill([2, 5], 3), filled([2, 5], "float32")),
    );
    await expectSame("Select", () =>
      kernel("Select", {
        condition: filled([5], "bool"),
        t: filled([5], "float32", ORDERED),
        e: filled([5], "bool", BITS),
      }),
    );
  });
});
