import "@gan/backend-ort";
import { type AlongErrors, listFailures, trainAlong } from "@gan/test-kit/variant";
import { setBackend } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createCycleGan } from "./cyclegan.js";

/** Biases in front of an instance norm, which takes them away: their gradients are rounding noise. */
const withoutGradient = [
  ...["A2B", "B2A"].flatMap((direction) =>
    ["fromImage", "down.0", "down.1", "blocks.0.first", "blocks.0.second", "up.0", "up.1"].map(
      (layer) => `generator${direction}.${layer}.bias`,
    ),
  ),
  "discriminatorA.blocks.1.conv.bias",
  "discriminatorB.blocks.1.conv.bias",
];

// The fixture is made by fixtures/make_fixture.py in PyTorch, in float64.
describe("training, against PyTorch", () => {
  let errors: AlongErrors;

  beforeAll(async () => {
    await setBackend("ort");
    errors = trainAlong({
      variant: createCycleGan({
        imageSize: 32,
        generatorFeatures: 2,
        discriminatorFeatures: 2,
        discriminatorLayers: 1,
        residualBlocks: 1,
        poolSize: 2,
      }),
      fixture: new URL("../fixtures/cyclegan.safetensors", import.meta.url),
      epsilon: 1e-4,
      steps: 5,
      batch: ["a", "b"],
      noise: ["poolA", "poolB"],
      losses: [
        ...["realA", "fakeA", "realB", "fakeB"].map((term) => `discriminators.${term}`),
        ...["adversarialA", "adversarialB", "cycleA", "cycleB", "identityA", "identityB"].map(
          (term) => `generators.${term}`,
        ),
      ],
    });
  });

  it("gives every loss of five steps within 1e-4, pictures from the pools included", () => {
    expect(Object.keys(errors.losses)).toHaveLength(50);
    expect(listFailures(errors.losses, 1e-4)).toEqual([]);
  });

  it("gives every gradient of the first step within 1e-4 of its norm", () => {
    expect(Object.keys(errors.gradients)).toHaveLength(Object.keys(errors.weights).length);
    expect(listFailures(errors.gradients, 1e-4, withoutGradient)).toEqual([]);
  });

  it("gives every weight after five steps within 1e-3 of its norm, and of the way it went", () => {
    expect(listFailures(errors.weights, 1e-3, withoutGradient)).toEqual([]);
    expect(listFailures(errors.ways, 1e-3, withoutGradient)).toEqual([]);
  });
});
