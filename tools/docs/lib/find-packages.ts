import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CommandDescription } from "@gan/core/cli";
import { listPackages } from "../../lib/workspace.mjs";
import { repository } from "./places.js";

/** A package that is published, as the site shows it. */
export interface SitePackage {
  /** `@gan/dcgan`. */
  name: string;
  /** `dcgan`. */
  shortName: string;
  folder: string;
  description: string;
  /** The name of its program; absent where it has none. */
  bin: string | undefined;
  /** Whether it is a GAN: its program trains. */
  isVariant: boolean;
  /** Presets whose trained weights it ships, with a card each. */
  weights: readonly string[];
}

/** What a built program says of itself. */
export interface ProgramDescription {
  command: CommandDescription;
  /** JSON Schema of run configurations; absent where nothing trains. */
  config: object | undefined;
}

/** Every package that is published, from its package.json: a new one is found without a list. */
export function findPackages(root = repository): SitePackage[] {
  return listPackages(root)
    .filter(({ manifest, folder }) => manifest.private !== true && existsSync(join(folder, "README.md")))
    .map(({ name, folder, manifest }) => ({
      name,
      shortName: basename(folder),
      folder,
      description: manifest.description as string,
      bin: Object.keys(manifest.bin ?? {})[0],
      isVariant: existsSync(join(folder, "src", "cli.ts")),
      weights: listWeights(join(folder, "weights")),
    }));
}

const listWeights = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, "card.md"))) : [];

/**
 * Asks a package's built program what it takes.
 *
 * @throws Error when the package is not built.
 */
export async function describeProgram({ folder, isVariant, name }: SitePackage): Promise<ProgramDescription> {
  const place = join(folder, "dist", isVariant ? "cli.js" : "cli/gan.js");
  if (!existsSync(place)) throw new Error(`${name} is not built: ${place} is missing. Run pnpm docs:build.`);
  const { runCli, runGan } = await import(pathToFileURL(place).href);
  const program = runCli ?? runGan;
  return { command: program.describe(), config: program.describeConfig?.() };
}
