import { exitCodes } from "./exit-codes.js";
import { listPresets, loadConfig } from "./load-config.js";
import type { RunConfig } from "./run-config.js";

/**
 * Lists a variant's presets, or prints one with its defaults filled in.
 *
 * @returns The exit code.
 */
export async function runConfigs(
  definition: { name: string; presetFolder: string },
  parse: (json: unknown) => RunConfig<unknown>,
  preset: string | undefined,
): Promise<number> {
  const { name, presetFolder } = definition;
  const load = async (one: string) => parse(await loadConfig(name, presetFolder, one, []));
  if (preset !== undefined) {
    console.log(JSON.stringify(await load(preset), null, 2));
    return exitCodes.success;
  }
  for (const one of (await listPresets(presetFolder)).sort()) {
    const { data, training } = await load(one);
    const images = training.totalImages.toLocaleString("en");
    console.log(
      `${one.padEnd(16)} ${data.name ?? data.folder}, ${images} images, batches of ${training.batchSize}`,
    );
  }
  return exitCodes.success;
}
