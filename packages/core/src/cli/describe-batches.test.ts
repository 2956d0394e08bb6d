import { expect, it } from "vitest";
import { describeBatches } from "./describe-batches.js";

it.each([
  ["32", {}],
  ["8", { batchSizes: { 4: 8 } }],
  ["4 to 128", { batchSizes: { 4: 128, 32: 64, 512: 4 } }],
])("says %s", (text, model) => {
  expect(describeBatches({ model, training: { batchSize: 32 } })).toBe(text);
});
