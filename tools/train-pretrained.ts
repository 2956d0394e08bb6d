/**
 * Trains a preset from scratch and packs its weights, card, log and figure into the package:
 *
 *     pnpm train-pretrained PACKAGE PRESET [--out FOLDER] [--run FOLDER [--unfinished]]
 *
 * The run goes into `--out`, runs/pretrained/PACKAGE-PRESET unless told otherwise, and goes on there when it was
 * interrupted. `--run` takes a finished run as it is and only packs it; with `--unfinished` also one that was
 * interrupted, of which the card tells.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { decodeSafetensors, decodeSafetensorsMetadata, encodeSafetensors } from "@gan/core";
import { readQualityRows } from "../benchmarks/quality/rows.js";
import { root } from "./lib/workspace.mjs";
import { describeRun } from "./pretrained/describe-run.js";
import { drawTimeline } from "./pretrained/draw-timeline.js";
import { findRecipe } from "./pretrained/find-recipe.js";
import { formatCard } from "./pretrained/format-card.js";
import { measureWeights, type Report } from "./pretrained/measure-weights.js";
import type { Figure, Recipe } from "./pretrained/recipes.js";
import { createCommand, type RunCommand } from "./pretrained/run-command.js";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string" },
    run: { type: "string" },
    unfinished: { type: "boolean", default: false },
  },
});
const [name, preset] = positionals;
const recipe = await findRecipe(name, preset);
const notes = join(root, "tools", "pretrained", "notes", `${recipe.package}-${recipe.preset}.md`);
if (!existsSync(notes)) {
  throw new Error(
    `${notes} is missing. Write it first, with the sections Data, What it does badly, and Intended use, as those beside it.`,
  );
}
const command = createCommand(recipe.package);
const run = values.run ?? values.out ?? join("runs", "pretrained", `${recipe.package}-${recipe.preset}`);
if (values.run === undefined) await trainRun(recipe, command, run);
await packRun(recipe, command, run);

/** Trains into a folder, or goes on there. */
async function trainRun({ preset, settings, choice, afterwards }: Recipe, command: RunCommand, out: string) {
  const sets = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const measures =
    choice === undefined
      ? []
      : [
          ...["--metrics", choice.metrics, "--metrics-extractor", choice.extractor],
          ...["--metrics-every", String(choice.everyImages), "--metrics-count", String(choice.count)],
        ];
  await command("train", "--config", preset, "--out", out, ...sets, ...measures);
  for (const [first = "", ...others] of afterwards ?? []) await command(first, "--from", out, ...others);
}

/** Writes the folder of weights of a finished run. */
async function packRun(recipe: Recipe, command: RunCommand, run: string): Promise<void> {
  const weights = join(root, "packages", recipe.package, "weights", recipe.preset);
  await mkdir(weights, { recursive: true });
  const described = await describeRun(run, values.unfinished);
  const best = described.chosen.score === undefined ? [] : ["--best"];
  await command("export", "--from", run, ...best, "--format", "pretrained", "--out", weights);
  const report = await measureWeights(recipe, command, { weights, run });
  await addFigures(weights, recipe.figures, report);
  await writeFile(
    join(weights, "log.jsonl"),
    described.log.map((line) => `${JSON.stringify(line)}\n`).join(""),
  );
  const { imageSize, channels, outputChannels } = described.config.model;
  const shape = { side: imageSize, channels: (outputChannels ?? channels ?? 3) as 1 | 3 | 4 };
  await drawTimeline(run, join(weights, "figure.webp"), recipe.timeline, shape);
  const files = (await readdir(weights)).filter((file) => file.endsWith(".safetensors"));
  const sizes = Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, (await stat(join(weights, file))).size] as const)),
  );
  const quality = readQualityRows().filter((row) => row.case === recipe.qualityCase);
  const card = formatCard({
    recipe,
    run: described,
    report,
    sizes,
    quality,
    notes: await readFile(notes, "utf8"),
  });
  await writeFile(join(weights, "card.md"), card);
  console.log(card);
}

/** Puts the report's figures into what the files say of themselves. */
async function addFigures(folder: string, figures: readonly Figure[], report: Report): Promise<void> {
  const [main] = figures;
  const told = Object.fromEntries(figures.map(({ path, title }) => [title, report.shipped[path]]));
  const text = JSON.stringify({ ...told, main: main?.title, extractor: report.extractor, ...report.counts });
  for (const part of ["generator", "discriminator"]) {
    const file = join(folder, `${part}.safetensors`);
    const bytes = await readFile(file);
    const metadata = { ...decodeSafetensorsMetadata(bytes, file), figures: text };
    await writeFile(file, encodeSafetensors(decodeSafetensors(bytes, file), metadata, "F16"));
  }
}
