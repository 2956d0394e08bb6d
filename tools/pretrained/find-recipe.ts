import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../lib/workspace.mjs";
import { createGeneratorRecipe, type Recipe, recipes } from "./recipes.js";

/** What a recipe is made of in a package's bench. */
interface BenchOfRecipe {
  cli: { createTranslator?: unknown; evaluate?: unknown };
  trainings: readonly { name: string; preset: string; extractor: string }[];
}

/**
 * The recipe of a preset: the one in the list, or what the bench of its package says of training it, so that a new
 * variant's weights need no entry anywhere.
 *
 * @param folder Where packages are; they must be built.
 * @throws RangeError when there is no such preset, or its recipe must be written: its bench does not train it, or the
 *   variant is judged in a way of its own.
 */
export async function findRecipe(name = "", preset = "", folder = join(root, "packages")): Promise<Recipe> {
  const listed = recipes.find((one) => one.package === name && one.preset === preset);
  if (listed !== undefined) return listed;
  const config = join(folder, name, "configs", `${preset}.json`);
  const place = join(folder, name, "dist", "bench.js");
  if (name === "" || preset === "" || !existsSync(config) || !existsSync(place)) {
    const known = recipes.map((one) => `${one.package} ${one.preset}`).join(", ");
    throw new RangeError(
      `which preset? Give a built package and a preset of it, such as ${known}; got ${`${name} ${preset}`.trim() || "nothing"}`,
    );
  }
  const { bench } = (await import(pathToFileURL(place).href)) as { bench: BenchOfRecipe };
  const training = bench.trainings.find((one) => one.preset === preset);
  if (
    training === undefined ||
    bench.cli.createTranslator !== undefined ||
    bench.cli.evaluate !== undefined
  ) {
    const why =
      training === undefined ? "its bench does not train it" : "it is evaluated in a way of its own";
    throw new RangeError(`${name} ${preset} needs a recipe in tools/pretrained/recipes.ts: ${why}`);
  }
  const { totalImages } = (JSON.parse(readFileSync(config, "utf8")) as { training: { totalImages: number } })
    .training;
  const { name: qualityCase, extractor } = training;
  return createGeneratorRecipe(
    { package: name, preset, qualityCase },
    extractor,
    Math.ceil(totalImages / 10),
  );
}
