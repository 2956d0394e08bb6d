import "@gan/backend-ort";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { findVariant, loadBench } from "../variants/find-variants.js";
import { createStep } from "./create-step.js";

beforeAll(async () => {
  await setBackend("ort");
  await ready();
});

it("refuses batches of another size than was asked for, as of a growing variant that has its own", async () => {
  const bench = await loadBench(findVariant("progan"));
  const tiny = { imageSize: 8, featureBase: 16, featureMax: 4, latentSize: 4, batchSizes: { "4": 8 } };
  const model = bench.cli.modelSchema.parse(tiny);
  await expect(createStep(bench, { model, batch: 16 })()).rejects.toThrow(/batches of 16 .* got one of 8/);
  const fitting = bench.withBatch?.(model, 4) ?? model;
  await expect(createStep(bench, { model: fitting, batch: 4 })()).resolves.not.toHaveLength(0);
});
