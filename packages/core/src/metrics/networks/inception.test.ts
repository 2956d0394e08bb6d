import "@gan/backend-ort";
import { readFileSync } from "node:fs";
import { useTrainingBackend } from "@gan/test-kit";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeSafetensors } from "../../checkpoint/index.js";
import { DataError } from "../../errors/index.js";
import type { ResizeMethod } from "../feature-extractor.js";
import { createInceptionExtractor } from "../inception-extractor.js";
import { hashPicture, hashState, relativeError } from "./hashed-weights.test-helper.js";
import { createInception } from "./inception.js";
import type { WeightTensors } from "./weight-tensors.js";

/** Written by fixtures/metrics/make-inception-fixture.py from pytorch-fid 0.3.0 and torch-fidelity 0.4.0. */
const fixture = new URL("../../../fixtures/metrics/", import.meta.url);
let weights: WeightTensors;

beforeAll(async () => {
  await useTrainingBackend();
  weights = hashState(JSON.parse(readFileSync(new URL("inception.json", fixture), "utf8")));
});

describe("inception", () => {
  it("gives the features and logits of torch-fidelity and pytorch-fid within 1e-4", async () => {
    const expected = decodeSafetensors(readFileSync(new URL("inception.safetensors", fixture)), "fixture");
    const wanted = (name: string) => expected.get(name)?.values as Float32Array;
    const network = createInception(weights, "hashed");
    const extract = (resize: ResizeMethod, picture: ReturnType<typeof hashPicture>) =>
      createInceptionExtractor({ network, hash: "0", resize }).extract([picture]);
    const large = await extract("none", hashPicture("large", 299, 299));
    expect(relativeError(large.features, wanted("features"))).toBeLessThan(1e-4);
    expect(relativeError(large.logits as Float32Array, wanted("logits"))).toBeLessThan(1e-4);
    const small = await extract("legacy", hashPicture("small", 48, 64));
    expect(relativeError(small.features, wanted("legacy"))).toBeLessThan(1e-4);
  }, 60_000);

  it("refuses the weights of another network by the first tensor that differs", () => {
    const without = new Map(weights);
    without.delete("Conv2d_1a_3x3.bn.running_var");
    expect(() => createInception(without, "toy.pth")).toThrow(
      /toy\.pth must hold Conv2d_1a_3x3\.bn\.running_var, which is missing/,
    );
    const other = new Map(weights).set("fc.weight", { shape: [1000, 2048], values: new Float32Array() });
    expect(() => createInception(other, "toy.pth")).toThrow(DataError);
    expect(() => createInception(other, "toy.pth")).toThrow(
      /fc\.weight must be \[1008, 2048\], got \[1000, 2048\]/,
    );
  });
});
