import { compile, configure, explain } from "@gan/backend-ort";
import { computeGradientError, createTrainingContext, useCpuBackend } from "@gan/test-kit";
import {
  dispose,
  mul,
  type NamedTensorMap,
  type Scalar,
  setBackend,
  sum,
  type Tensor,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, it } from "vitest";
import "../autodiff/index.js";
import type { ForwardContext } from "./forward-context.js";
import { type Given, layerCases, type StoredCase, storedCases, unpack } from "./layer-cases.test-helper.js";

/** A layer with the values of a fixture, and a loss over its output. */
function prepare(name: string) {
  const stored = storedCases[name] as StoredCase;
  const layerCase = layerCases[name] as (typeof layerCases)[string];
  const module = layerCase.create?.();
  const named = module?.namedVariables() ?? new Map<string, Variable>();
  const values = { ...stored.parameters, ...stored.buffers };
  expect([...named.keys()].sort()).toEqual(Object.keys(values).sort());
  for (const [key, value] of Object.entries(values)) tidy(() => named.get(key)?.assign(unpack(value)));
  const inputs = Object.fromEntries(
    Object.entries(stored.inputs).map(([key, value]) => [key, tidy(() => variable(unpack(value)))]),
  );
  const noise = { "": stored.constants.noise?.values ?? [] };
  const forward = (ctx: ForwardContext): Tensor => {
    const labels = stored.constants.labels && unpack(stored.constants.labels, "int32");
    const given = { ...inputs, rows: inputs.x, labels } as unknown as Given;
    return layerCase.forward(given, ctx, module as never);
  };
  const parameters = module?.namedParameters() ?? new Map<string, Variable>();
  return {
    stored,
    buffers: module?.namedBuffers() ?? new Map<string, Variable>(),
    /** Inputs and parameters. */
    leaves: { ...inputs, ...Object.fromEntries(parameters) } as Record<string, Variable>,
    createContext: () => createTrainingContext({ noise }),
    forward,
    computeLoss: (output: Tensor) => sum(mul(output, unpack(stored.weights))) as Scalar,
    dispose() {
      module?.dispose();
      dispose(inputs);
    },
  };
}

/** ‖actual - expected‖ / ‖expected‖ */
function computeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const difference = Math.hypot(...expected.map((value, index) => value - (actual[index] as number)));
  return difference / Math.max(Math.hypot(...expected), 1e-6);
}

it("every case of the fixture has its layer, and every layer its case", () => {
  expect(Object.keys(layerCases).sort()).toEqual(Object.keys(storedCases).sort());
});

describe.each(["cpu", "ort"])("layers on %s, against PyTorch", (backend) => {
  afterAll(() => configure({ refuseFallback: [] }));

  it.each(Object.keys(storedCases))("%s", async (name) => {
    await setBackend(backend);
    if (backend === "ort") configure({ refuseFallback: true });
    const { stored, buffers, leaves, createContext, forward, computeLoss, dispose: free } = prepare(name);
    const step = compile(() => {
      let output: Tensor | undefined;
      const { grads } = variableGrads(() => {
        output = forward(createContext());
        return computeLoss(output);
      }, Object.values(leaves));
      void output;
      return Object.fromEntries(
        Object.entries(leaves).map(([key, leaf]) => [key, grads[leaf.name] as Tensor]),
      ) as NamedTensorMap;
    });
    const infer = compile(() => forward({ ...createContext(), updateBuffer() {} }));
    void infer;
    const gradients = step();
    for (const [key, gradient] of Object.entries(stored.gradients)) {
      expect(computeError(gradients[key]?.dataSync() ?? [], gradient.values), key).toBeLessThan(5e-6);
    }
    for (const [key, after] of Object.entries(stored.after)) {
      expect(computeError(buffers.get(key)?.dataSync() ?? [], after.values), key).toBeLessThan(5e-6);
    }
    dispose(gradients);
    step.dispose();
    free();
  });
});
