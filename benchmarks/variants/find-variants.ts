import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TensorRecord } from "@gan/core";
import type { BenchDefinition } from "@gan/core/cli";

/** A package that exports `./bench`. */
export interface FoundVariant {
  /** Without the scope: `dcgan` for `@gan/dcgan`. */
  name: string;
  folder: string;
  /** Module that its export `./bench` is. */
  module: string;
}

/** A variant's whole configuration, of which most benchmarks read no more than this. */
export type AnyModel = Readonly<Record<string, unknown>> & { readonly imageSize: number };

/** A variant whose types are not known here. */
export type AnyBench = BenchDefinition<string, TensorRecord, AnyModel, never>;

const workspace = fileURLToPath(new URL("../../packages", import.meta.url));

interface Manifest {
  name: string;
  exports?: Record<string, { default?: string }>;
}

/** Every package of a folder, unless told otherwise the workspace's, that exports `./bench`, by name. */
export function findVariants(packages = workspace): FoundVariant[] {
  return readdirSync(packages)
    .map((entry) => join(packages, entry))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .flatMap((folder) => {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
      const module = manifest.exports?.["./bench"]?.default;
      return module === undefined
        ? []
        : [{ name: manifest.name.replace(/^@[^/]+\//, ""), folder, module: join(folder, module) }];
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** @throws RangeError on a name that no variant has. */
export function findVariant(name: string, variants = findVariants()): FoundVariant {
  const found = variants.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new RangeError(
    `there is no variant ${name}. Variants: ${variants.map((one) => one.name).join(", ")}`,
  );
}

/** What a variant exports as `bench`; its package must be built. */
export async function loadBench({ name, module }: FoundVariant): Promise<AnyBench> {
  if (!existsSync(module)) throw new Error(`@gan/${name} is not built: pnpm build --filter @gan/${name}`);
  const { bench } = (await import(pathToFileURL(module).href)) as { bench?: AnyBench };
  if (bench !== undefined) return bench;
  throw new Error(`@gan/${name}/bench must export \`bench\`, see BenchDefinition of @gan/core/cli`);
}
