import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findRecipe } from "./find-recipe.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gan-recipe-"));
  const write = (name: string, cli: string) => {
    for (const part of ["configs", "dist"]) mkdirSync(join(folder, name, part), { recursive: true });
    for (const preset of ["small-8", "other-8"]) {
      writeFileSync(
        join(folder, name, "configs", `${preset}.json`),
        '{ "training": { "totalImages": 1234 } }',
      );
    }
    const training = '{ name: "a-small-8", preset: "small-8", extractor: "mnist-classifier" }';
    writeFileSync(join(folder, name, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(folder, name, "dist", "bench.js"),
      `export const bench = { cli: ${cli}, trainings: [${training}] };`,
    );
  };
  write("maker", "{}");
  write("translator", "{ createTranslator() {} }");
});
afterAll(() => rmSync(folder, { recursive: true }));

it("takes a listed recipe, and that of a new variant from its bench", async () => {
  expect(await findRecipe("dcgan", "mnist-32", folder)).toMatchObject({ qualityCase: "dcgan-mnist-32" });
  const recipe = await findRecipe("maker", "small-8", folder);
  expect(recipe).toMatchObject({
    package: "maker",
    preset: "small-8",
    qualityCase: "a-small-8",
    settings: {},
  });
  expect(recipe.choice).toMatchObject({ extractor: "mnist-classifier", everyImages: 124 });
  expect(recipe.evaluate.join(" ")).toContain("--held-out --baselines --extractor mnist-classifier");
});

it("says what is missing", async () => {
  await expect(findRecipe("", "", folder)).rejects.toThrow(/such as dcgan mnist-32.*got nothing/);
  await expect(findRecipe("maker", "large-8", folder)).rejects.toThrow(/got maker large-8/);
  await expect(findRecipe("maker", "other-8", folder)).rejects.toThrow(/its bench does not train it/);
  await expect(findRecipe("translator", "small-8", folder)).rejects.toThrow(/in a way of its own/);
});
