import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createQualityCases } from "../quality/cases.js";
import { findVariant, loadBench } from "../variants/find-variants.js";
import { measureColdStart, measureConformance, measureInstallSize } from "./measure-install.js";
import type { SuiteOptions } from "./options.js";
import type { ServiceRow } from "./rows.js";
import { runScript } from "./run-script.js";

/**
 * Measures what is no variant's own. Cold starts are from the weights that a variant ships, or else from the run that
 * its training left in `work`.
 */
export async function measureServices(
  work: string,
  { isFull, variants }: Pick<SuiteOptions, "isFull" | "variants">,
  log: (text: string) => void,
): Promise<ServiceRow[]> {
  log("data, metrics, checkpoints");
  const { services } = await runScript<{ services: ServiceRow[] }>("services.ts", []);
  log("cold starts");
  const starts: ServiceRow[] = [];
  for (const name of variants) {
    const variant = findVariant(name);
    const bench = await loadBench(variant);
    const [training] = createQualityCases(name, bench);
    if (training === undefined || bench.cli.createTranslator !== undefined) continue;
    const shipped = findShipped(variant.folder);
    const run = findRun(join(work, training.name));
    const source =
      shipped !== undefined ? ["--pretrained", shipped] : run !== undefined ? ["--from", run] : undefined;
    if (source !== undefined) starts.push(measureColdStart(name, variant.folder, source));
  }
  log("installed sizes, conformance");
  return [...services, ...starts, ...measureInstallSize(), ...measureConformance(isFull)];
}

/** The run that a training left in its folder. */
function findRun(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const name = readdirSync(folder).find((entry) => entry.startsWith("ours-"));
  return name === undefined ? undefined : join(folder, name);
}

/** The first weights that come with a package. */
function findShipped(folder: string): string | undefined {
  const weights = join(folder, "weights");
  return existsSync(weights) ? readdirSync(weights).sort()[0] : undefined;
}
