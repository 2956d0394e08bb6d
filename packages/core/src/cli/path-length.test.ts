import { expect, it } from "vitest";
import { describePathLength, measurePathLength } from "./path-length.js";

it("refuses models without a latent space, and numbers of paths that are none", async () => {
  const flags = { paths: "10", pathNetwork: "efficientnet-lite0" };
  await expect(measurePathLength({ name: "translator" }, flags, 0)).rejects.toThrow(
    /needs a model with a latent space .*, translator has none/,
  );
  await expect(measurePathLength({ name: "any" }, { ...flags, paths: "0" }, 0)).rejects.toThrow(
    /--paths must be a whole number/,
  );
});

it("names the network, its weights, the space and the number of paths", () => {
  const network = { name: "vgg16", weightsHash: "0123456789abcdef" };
  const pathLength = { network, space: "w", paths: 10_000, epsilon: 1e-4, seed: 0 };
  expect(describePathLength({ ppl: 123.45678, pplDeviation: 4, pathLength })).toBe(
    "path length     123.457 ± 4 (vgg16, weights 01234567; 10,000 paths in w)",
  );
});
