import "@gan/backend-ort";
import { type AlongErrors, listFailures, trainAlong } from "@gan/test-kit/variant";
import { setBackend } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createPix2Pix } from "./pix2pix.js";

// The fixture is made by fixtures/make_fixture.py in PyTorch, in float64.
describe("training, against PyTorch", () => {
  let errors: AlongErrors;

  beforeAll(async () => {
    await setBackend("ort");
    errors = trainAlong({
      variant: createPix2Pix({
        imageSize: 32,
        generatorFeatures: 2,
        discriminatorFeatures: 2,
        discriminatorLayers: 1,
      }),
      fixture: new URL("../fixtures/pix2pix.safetensors", import.meta.url),
      epsilon: 1e-4,
      steps: 5,
      batch: ["input", "target"],
      noise: ["dropout.0", "dropout.1", "dropout.2"],
      losses: [
        "discriminator.real",
        "discriminator.fake",
        "generator.adversarial",
        "generator.reconstruction",
      ],
    });
  });

  it("gives every loss of five steps within 1e-4", () => {
    expect(Object.keys(errors.losses)).toHaveLength(20);
    expect(listFailures(errors.losses, 1e-4)).toEqual([]);
  });

  it("gives every gradient of the first step within 1e-4 of its norm", () => {
    expect(Object.keys(errors.gradients)).toHaveLength(Object.keys(errors.weights).length);
    expect(listFailures(errors.gradients, 1e-4)).toEqual([]);
  });

  it("gives every weight after five steps within 1e-3 of its norm, and of the way it went", () => {
    expect(listFailures(errors.weights, 1e-3)).toEqual([]);
    expect(listFailures(errors.ways, 1e-3)).toEqual([]);
  });
});
