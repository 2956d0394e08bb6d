import { join } from "node:path";
import { expect, it } from "vitest";
import { describeInvocation } from "./describe-invocation.js";

it("names the file that runs, or npx for an installed bin", () => {
  const folder = join("/", "repository");
  const file = join(folder, "packages", "toy", "bin", "gan-toy.js");
  expect(describeInvocation("gan-toy", file, folder)).toBe(
    `node ${join("packages", "toy", "bin", "gan-toy.js")}`,
  );
  expect(describeInvocation("gan-toy", join(folder, "node_modules", ".bin", "gan-toy"), folder)).toBe(
    "npx gan-toy",
  );
});
