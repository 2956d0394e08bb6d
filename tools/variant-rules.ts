import { basename } from "node:path";
import type { Package } from "./lib/workspace.mjs";

const requiredFiles = [
  "README.md",
  "tsconfig.json",
  "vitest.config.ts",
  "src/bench.ts",
  "src/cli.ts",
  "src/config.ts",
  "src/index.ts",
  "src/node.ts",
  "src/phases.ts",
  "src/cli.test.ts",
  "src/config.test.ts",
  "src/variant.test.ts",
];
const requiredExports = [".", "./node", "./bench", "./package.json"];
const requiredInFiles = ["bin", "configs", "dist", "src", "README.md"];
const requiredSections = ["Use", "Results", "Beside PyTorch", "Differs from paper"];
/** Between which benchmarks write a variant's figures. */
const requiredMarks = ["throughput", "quality"].flatMap((name) => [
  `<!-- ${name}: from benchmarks/results -->`,
  `<!-- end of ${name} -->`,
]);

/** Whether a package is a GAN: it has a command, and is not what all share. */
export const isVariant = ({ name, manifest }: Package): boolean =>
  manifest.bin !== undefined && name !== "@gan/core";

/**
 * What a variant lacks that all have, one sentence each.
 *
 * @param files The package's, relative to it, with slashes.
 * @param read Gives the text of one of them.
 */
export function variantProblems(
  { folder, manifest }: Package,
  files: readonly string[],
  read: (file: string) => string,
): string[] {
  const name = basename(folder);
  const own = [...requiredFiles, `bin/gan-${name}.js`];
  const problems = own.filter((file) => !files.includes(file)).map((file) => `${file} is missing`);
  if (!files.some((file) => /^configs\/[\w-]+\.json$/.test(file))) problems.push("configs/ has no preset");
  for (const entry of requiredExports) {
    if (manifest.exports?.[entry] === undefined) problems.push(`package.json: exports lacks ${entry}`);
  }
  for (const entry of requiredInFiles) {
    if (!manifest.files?.includes(entry)) problems.push(`package.json: files lacks ${entry}`);
  }
  const hasWeights = files.some((file) => file.startsWith("weights/"));
  if (hasWeights !== (manifest.exports?.["./weights/*"] !== undefined)) {
    problems.push(
      `package.json: exports ${hasWeights ? 'lacks "./weights/*": "./weights/*"' : "has ./weights/* without weights"}`,
    );
  }
  if (files.includes("README.md")) {
    const text = read("README.md");
    const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, section]) => section as string);
    for (const section of requiredSections) {
      if (!sections.includes(section)) problems.push(`README.md has no section "${section}"`);
    }
    for (const mark of requiredMarks) if (!text.includes(mark)) problems.push(`README.md lacks ${mark}`);
    if (!/https:\/\/arxiv\.org\/abs\//.test(text)) problems.push("README.md does not link the paper");
  }
  if (files.includes("src/variant.test.ts") && !/\btestVariant\(/.test(read("src/variant.test.ts"))) {
    problems.push("src/variant.test.ts does not run testVariant");
  }
  if (
    files.includes("src/bench.ts") &&
    !/^export const bench: BenchDefinition\b/m.test(read("src/bench.ts"))
  ) {
    problems.push("src/bench.ts exports no bench, a BenchDefinition of @gan/core/cli");
  }
  if (files.includes("src/index.ts")) {
    const lines = read("src/index.ts").split("\n");
    if (!lines.includes('export * from "@gan/core";'))
      problems.push("src/index.ts must export all of @gan/core");
  }
  return problems;
}

/**
 * What benchmarks lack to time and train every variant: each is among their devDependencies, so that it is built first.
 *
 * @param manifest Of the package that holds the benchmarks.
 */
export function benchProblems(manifest: Package["manifest"], packages: readonly Package[]): string[] {
  return packages
    .filter((one) => isVariant(one) && manifest.devDependencies?.[one.name] === undefined)
    .map(({ name }) => `benchmarks: package.json: devDependencies lacks ${name}`);
}
