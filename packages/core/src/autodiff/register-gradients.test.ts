import { getGradient } from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import "./index.js";

it.each(["Sum", "Conv2D", "Conv2DBackpropInput", "LeakyRelu", "Softplus", "Tanh"])(
  "the gradient of %s is registered",
  (kernel) => {
    expect(getGradient(kernel)?.gradFunc).toBeTypeOf("function");
  },
);
