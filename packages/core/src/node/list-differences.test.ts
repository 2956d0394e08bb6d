import { expect, it } from "vitest";
import { listDifferences } from "./list-differences.js";

it("names fields by their path, whatever their order", () => {
  const stored = { model: { size: 32, name: "a", list: [1, 2] }, seed: 1, old: true };
  const given = { seed: 1, model: { name: "a", list: [1, 3], size: 64 }, fresh: { depth: 2 } };
  expect(listDifferences(stored, given)).toEqual([
    "model.size: 32 there, 64 now",
    "model.list: [1,2] there, [1,3] now",
    "old: true there, nothing now",
    "fresh.depth: nothing there, 2 now",
  ]);
  expect(listDifferences(stored, structuredClone(stored))).toEqual([]);
  expect(listDifferences({ a: undefined }, {})).toEqual([]);
  expect(listDifferences(null, { a: 1 })).toEqual([
    "all of it: null there, nothing now",
    "a: nothing there, 1 now",
  ]);
});
