import { join } from "node:path";
import { listPretrained, readPretrainedFolder } from "../node/index.js";
import { type PretrainedFacts, readPretrainedFacts } from "../pretrained/index.js";
import { describeBatches } from "./describe-batches.js";
import { exitCodes } from "./exit-codes.js";
import { listPresets, loadConfig } from "./load-config.js";
import type { RunConfig } from "./run-config.js";

/** Where a variant keeps its presets and their weights. */
interface PresetPlaces {
  name: string;
  presetFolder: string;
  weightsFolder: string;
}

/**
 * Lists a variant's presets, and which of them have weights; or prints one with its defaults filled in.
 *
 * @returns The exit code.
 */
export async function runConfigs(
  definition: PresetPlaces,
  parse: (json: unknown) => RunConfig<unknown>,
  preset: string | undefined,
): Promise<number> {
  const { name, presetFolder, weightsFolder } = definition;
  const load = async (one: string) => parse(await loadConfig(name, presetFolder, one, []));
  if (preset !== undefined) {
    console.log(JSON.stringify(await load(preset), null, 2));
    return exitCodes.success;
  }
  const trained = await listPretrained(weightsFolder);
  for (const one of (await listPresets(presetFolder)).sort()) {
    const { model, data, training } = await load(one);
    const images = training.totalImages.toLocaleString("en");
    const weights = trained.includes(one) ? `; ${await describeWeights(definition, one)}` : "";
    console.log(
      `${one.padEnd(16)} ${data.name ?? data.folder}, ${images} images, batches of ${describeBatches({ model, training })}${weights}`,
    );
  }
  if (trained.length > 0) console.log(`With weights: --pretrained ${trained.join(", ")}`);
  return exitCodes.success;
}

/** `weights 1.7 MB, fid 2.31 (mnist-classifier), after 960,000 images`. */
async function describeWeights({ name, weightsFolder }: PresetPlaces, preset: string): Promise<string> {
  const folder = join(weightsFolder, preset);
  const { generator } = await readPretrainedFolder({ folder, preset }, { discriminator: false });
  const facts = readPretrainedFacts(generator, { source: folder, variant: name, preset, part: "generator" });
  const figure = nameFigure(facts);
  const images = facts.imagesSeen.toLocaleString("en");
  return [
    `weights ${(generator.byteLength / 1e6).toFixed(1)} MB`,
    ...(figure ? [figure] : []),
    `after ${images} images`,
  ].join(", ");
}

/** The figure that is told of weights: what was reported of them, else what they were chosen by. */
function nameFigure({ figures, score }: PretrainedFacts): string | undefined {
  const { main, extractor } = figures ?? {};
  const value = typeof main === "string" ? figures?.[main] : undefined;
  if (typeof value === "number") return `${main} ${value.toPrecision(3)} (${extractor})`;
  return score && `${score.name} ${score.value.toPrecision(3)}`;
}
