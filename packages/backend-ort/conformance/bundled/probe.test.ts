import { getKernel, type KernelFunc, registerKernel, type Tensor, tensor1d } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { expect, it } from "vitest";
import { kernelCounts, probeCalls, probeFallback } from "./probe.js";

/** Runs a kernel as the engine does once it has chosen one. */
function call(kernelName: string, backendName: string, inputs: Record<string, Tensor>): void {
  getKernel(kernelName, backendName).kernelFunc({ inputs, attrs: {}, backend: {} });
}

it("tells a call that ran on tfjs-backend-cpu's kernel from one that did not", () => {
  registerKernel({ kernelName: "Twice", backendName: "cpu", kernelFunc: () => [] });
  registerKernel({ kernelName: "Other", backendName: "cpu", kernelFunc: () => [] });
  probeFallback();
  const fallBack = getKernel("Twice", "cpu").kernelFunc;
  const kernelFunc: KernelFunc = (parameters) =>
    parameters.inputs.x?.dtype === "int32"
      ? fallBack(parameters)
      : getKernel("Other", "cpu").kernelFunc(parameters);
  registerKernel({ kernelName: "Twice", backendName: "probed", kernelFunc });
  registerKernel({
    kernelName: "Other",
    backendName: "probed",
    kernelFunc: getKernel("Other", "cpu").kernelFunc,
  });
  const seen: string[] = [];
  probeCalls("probed", (dtypes) => seen.push(dtypes));

  call("Twice", "probed", { x: tensor1d([1], "float32") });
  call("Twice", "probed", { x: tensor1d([1], "float32") });
  call("Twice", "probed", { x: tensor1d([1], "int32") });
  call("Other", "probed", { x: tensor1d([], "bool") });
  // Not inside a call of the backend under test: nobody's fallback.
  call("Twice", "cpu", { x: tensor1d([1], "int32") });

  expect(seen).toEqual(["float32", "float32", "int32", "bool (empty)"]);
  expect(kernelCounts()).toEqual([
    {
      kernel: "Other",
      alias: true,
      calls: 1,
      fallback: 0,
      dtypes: { "bool (empty)": { calls: 1, fallback: 0 } },
    },
    {
      kernel: "Twice",
      alias: false,
      calls: 3,
      fallback: 1,
      dtypes: { float32: { calls: 2, fallback: 0 }, int32: { calls: 1, fallback: 1 } },
    },
  ]);
});
