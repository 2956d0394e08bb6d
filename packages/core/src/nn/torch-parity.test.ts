import { compile, configure } from "@gan/backend-ort";
import { createTrainingContext, useCpuBackend } from "@gan/test-kit";
import {
  dispose,
  keep,
  mul,
  setBackend,
  sum,
  type Tensor,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import "../autodiff/index.js";
import type { ForwardContext } from "./forward-context.js";
import { type Given, layerCases, type StoredCase, storedCases, unpack } from "./layer-cases.test-helper.js";

/** A layer with the values of a fixture. */
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
  const { labels: storedLabels, noise } = stored.constants;
  const forward = (ctx: ForwardContext): Tensor => {
    const labels = storedLabels && unpack(storedLabels, "int32");
    const given = { ...inputs, rows: inputs.x, labels } as unknown as Given;
    return layerCase.forward(given, ctx, module as never);
  };
  return {
    stored,
    buffers: module?.namedBuffers() ?? new Map<string, Variable>(),
    /** Inputs and parameters. */
    leaves: { ...inputs, ...Object.fromEntries(module?.namedParameters() ?? []) } as Record<string, Variable>,
    createContext: () => createTrainingContext({ noise: { "": noise?.values ?? [] } }),
    forward,
    free() {
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

describe.each(["cpu", "ort"])("layers on %s give PyTorch's outputs, gradients and buffers", (backend) => {
  beforeAll(async () => {
    await useCpuBackend();
    await setBackend(backend);
    configure({ refuseFallback: backend === "ort" });
  });
  afterAll(() => configure({ refuseFallback: false }));

  it.each(Object.keys(storedCases))("%s", (name) => {
    const { stored, buffers, leaves, createContext, forward, free } = prepare(name);
    const step = compile(() => {
      let output: Tensor | undefined;
      const { grads } = variableGrads(() => {
        output = keep(forward(createContext()).clone());
        return sum(mul(output, unpack(stored.weights)));
      }, Object.values(leaves));
      const gradients = Object.entries(leaves).map(
        ([key, leaf]) => [key, grads[leaf.name] as Tensor] as const,
      );
      return { output: output as Tensor, gradients: Object.fromEntries(gradients) };
    });
    const { output, gradients } = step();
    expect(output.shape).toEqual(stored.output.shape);
    expect(computeError(output.dataSync(), stored.output.values), "output").toBeLessThan(5e-6);
    expect(Object.keys(stored.gradients).sort()).toEqual(Object.keys(leaves).sort());
    for (const [key, gradient] of Object.entries(stored.gradients)) {
      const given = gradients[key]?.dataSync() ?? [];
      expect(computeError(given, gradient.values), `gradient of ${key}`).toBeLessThan(1e-5);
    }
    for (const [key, after] of Object.entries(stored.after)) {
      expect(computeError(buffers.get(key)?.dataSync() ?? [], after.values), key).toBeLessThan(5e-6);
    }
    dispose([output, gradients]);
    step.dispose();
    free();
  });
});
