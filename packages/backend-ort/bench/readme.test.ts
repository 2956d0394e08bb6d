import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readmePath, renderReadme } from "./readme.js";

it("has the tables that the measurements give: run `pnpm --filter @gan/backend-ort readme`", () => {
  const text = readFileSync(readmePath, "utf8");
  expect(renderReadme(text)).toBe(text);
});

it("fails for a README without a table's place", () => {
  expect(() => renderReadme("# nothing")).toThrow(/a README lacks/);
});
