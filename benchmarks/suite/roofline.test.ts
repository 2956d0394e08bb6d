import { expect, it } from "vitest";
import { findBound, predictMillis } from "./roofline.js";

const peaks = { gflops: 100, gigabytesPerSecond: 10, nodeMicros: 5 };

it("takes the slower of arithmetic and memory for products, then adds the rest", () => {
  const work = { gigaflop: 1, bytes: { products: 5e6, others: 2e7 }, nodes: 200 };
  expect(predictMillis(work, peaks)).toBeCloseTo(10 + 2 + 1);
  expect(findBound(work, peaks)).toBe("arithmetic");
  const moving = { ...work, bytes: { products: 3e8, others: 2e7 } };
  expect(predictMillis(moving, peaks)).toBeCloseTo(30 + 2 + 1);
  expect(findBound(moving, peaks)).toBe("memory traffic");
  expect(findBound({ ...work, gigaflop: 0.01, nodes: 2000 }, peaks)).toBe("calls of small nodes");
});
