import { useCpuBackend } from "@gan/test-kit";
import { beforeAll, expect, it } from "vitest";
import { createInferenceContext } from "../nn/index.js";
import { Random } from "../random/index.js";
import { drawLatents } from "./draw-latents.js";

beforeAll(useCpuBackend);

/** Mean, mean square, least and largest of 20,000 numbers. */
function measure(latents: "normal" | "uniform") {
  const drawn = drawLatents(createInferenceContext(new Random(1)), { latents }, 200, 100);
  expect(drawn.shape).toEqual([200, 100]);
  const values = [...drawn.dataSync()];
  const average = (numbers: number[]) => numbers.reduce((total, value) => total + value, 0) / numbers.length;
  return [
    average(values),
    average(values.map((value) => value ** 2)),
    Math.min(...values),
    Math.max(...values),
  ];
}

it("uniform latents fill [-1, 1), normal ones have variance 1", () => {
  const [mean, square, least, largest] = measure("uniform") as [number, number, number, number];
  expect(mean).toBeCloseTo(0, 1);
  expect(square).toBeCloseTo(1 / 3, 1);
  expect(least).toBeGreaterThanOrEqual(-1);
  expect(least).toBeLessThan(-0.99);
  expect(largest).toBeGreaterThan(0.99);
  expect(largest).toBeLessThanOrEqual(1);
  const [centre, variance, , farthest] = measure("normal") as [number, number, number, number];
  expect(centre).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
  expect(farthest).toBeGreaterThan(3);
});
