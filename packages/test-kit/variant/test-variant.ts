import "@gan/backend-ort";
import type { TensorRecord } from "@gan/core";
import { useTrainingBackend } from "@gan/test-kit";
import { beforeAll, describe, it } from "vitest";
import { checkExport } from "./checks/export.js";
import { checkMove } from "./checks/move.js";
import { checkOverfit } from "./checks/overfit.js";
import { checkParameterCounts } from "./checks/parameters.js";
import { checkPhases } from "./checks/phases.js";
import { checkPretrained } from "./checks/pretrained.js";
import { checkResume } from "./checks/resume.js";
import { checkSamples } from "./checks/samples.js";
import { checkFinite, checkLeaks, checkSeeds } from "./checks/steps.js";
import type { VariantSuite } from "./suite.js";

/**
 * Registers the tests that every variant must pass, on the backend that training runs on. Call it once in a test file of
 * the variant.
 *
 * ```ts
 * testVariant("dcgan", { kind: "generator", create: (seed) => createDcgan({ ...tiny, seed }), … });
 * ```
 */
export function testVariant<Network extends string, Batch extends TensorRecord>(
  name: string,
  suite: VariantSuite<Network, Batch>,
): void {
  describe(`${name} as a variant`, () => {
    beforeAll(useTrainingBackend);
    it("samples pictures of its shape, in range, decided by their inputs and the seed", () =>
      checkSamples(suite));
    it("has as many parameters as the reference", () => checkParameterCounts(suite));
    it("moves in each phase exactly the networks that the phase names", () => checkPhases(suite));
    it("keeps losses, gradients and weights finite", () => checkFinite(suite));
    it("gives the same bits for the same seed", () => checkSeeds(suite));
    it("leaves no tensors", () => checkLeaks(suite));
    it("saves when it is aborted, and goes on exactly", () => checkResume(suite));
    const instead = process.env["GAN_TEST_BACKEND"];
    if (instead !== undefined) {
      it(`moves checkpoints between ${instead} and ort`, () => checkMove(suite, [instead, "ort"]));
    }
    it("starts from stored weights, and keeps frozen layers", () => checkPretrained(suite));
    it("exports networks that give the same in ONNX Runtime", () => checkExport(suite));
    // Thousands of steps take minutes where they run eagerly, and from other rounding they end elsewhere.
    it.skipIf(instead !== undefined)("learns eight pictures by heart", () => checkOverfit(suite), 180_000);
  });
}
