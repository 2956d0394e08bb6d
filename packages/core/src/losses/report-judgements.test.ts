import { createTrainingContext, useCpuBackend } from "@gan/test-kit";
import { tensor2d } from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { reportJudgements } from "./report-judgements.js";

beforeAll(useCpuBackend);

it("reports mean probabilities and the share of right judgements", () => {
  const ctx = createTrainingContext();
  const logit = Math.log(3); // σ = 3/4
  const real = tensor2d([logit, logit, logit, -logit], [4, 1]);
  const fake = tensor2d([-logit, -logit, logit, logit], [4, 1]);
  reportJudgements(ctx, real, fake);
  expect(ctx.reports.realProbability).toBeCloseTo((3 * 0.75 + 0.25) / 4, 6);
  expect(ctx.reports.fakeProbability).toBeCloseTo(0.5, 6);
  expect(ctx.reports.accuracy).toBeCloseTo((3 / 4 + 2 / 4) / 2, 6);
});
