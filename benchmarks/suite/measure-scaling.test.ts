import { expect, it } from "vitest";
import { createCases, type ThroughputCase } from "../throughput/cases.js";
import { findVariant, loadBench } from "../variants/find-variants.js";
import { scaleCase } from "./measure-scaling.js";

async function scale(name: string) {
  const bench = await loadBench(findVariant(name));
  const [one] = createCases(name, bench) as [ThroughputCase];
  return scaleCase(bench, one);
}

it("goes from one picture to four batches, and to half and twice the side", async () => {
  const scaled = await scale("dcgan");
  expect(scaled.map(({ batch, side }) => [batch, side])).toEqual([
    ...[1, 8, 32, 64, 128].map((batch) => [batch, 32]),
    [32, 16],
    [32, 64],
  ]);
  expect(scaled.map(({ model }) => model.imageSize)).toEqual([32, 32, 32, 32, 32, 16, 64]);
});

it("tells a variant of its batch where the configuration holds it", async () => {
  const [first] = await scale("progan");
  expect(first).toMatchObject({ batch: 1, model: { batchSizes: { "4": 1 } } });
});
