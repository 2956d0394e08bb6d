import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { weightsHash, weightsUrl } from "./index.js";

it("ships the weights that it names", () => {
  const bytes = readFileSync(weightsUrl);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(weightsHash);
});
