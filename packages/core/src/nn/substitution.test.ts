import { useCpuBackend } from "@gan/test-kit";
import { add, mul, type Scalar, sum, type Tensor, tensor2d, variableGrads } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../autodiff/index.js";
import { Random } from "../random/index.js";
import { Dense } from "./dense.js";
import { readParameter, withSubstitutes } from "./substitution.js";

const random = new Random(3);
const values = (x: Tensor) => [...x.dataSync()];

beforeAll(useCpuBackend);

describe("substitutes", () => {
  it("replace parameters within the call, innermost first, and carry gradients", () => {
    const dense = new Dense({ inputs: 2, outputs: 1, random, bias: false });
    const before = values(dense.weight);
    const x = tensor2d([[1, 2]]);
    const { grads } = variableGrads(() => {
      const doubled = new Map([[dense.weight, mul(dense.weight, 2)]]);
      return withSubstitutes(doubled, () => {
        const quadrupled = new Map([[dense.weight, mul(readParameter(dense.weight), 2)]]);
        const inner = withSubstitutes(quadrupled, () => dense.forward(x));
        const whole = 4 * ((before[0] as number) + 2 * (before[1] as number));
        expect(inner.dataSync()[0]).toBeCloseTo(whole, 5);
        return sum(add(inner, dense.forward(x))) as Scalar;
      });
    }, [dense.weight]);
    expect(values(grads[dense.weight.name] as Tensor)).toEqual([6, 12]); // (4 + 2) · x
    expect(readParameter(dense.weight)).toBe(dense.weight);
  });

  it("end with an error too", () => {
    const dense = new Dense({ inputs: 1, outputs: 1, random });
    const failing = () =>
      withSubstitutes(new Map([[dense.weight, tensor2d([[1]])]]), () => {
        throw new Error("within");
      });
    expect(failing).toThrow("within");
    expect(readParameter(dense.weight)).toBe(dense.weight);
  });
});
