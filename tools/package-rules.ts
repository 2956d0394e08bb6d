import { basename } from "node:path";
import type { Package } from "./lib/workspace.mjs";

type Manifest = Package["manifest"];

const requiredScripts = ["build", "typecheck", "lint", "test"];
const requiredFiles = ["README.md", "LICENSE", "package.json"];
/** Ours, and that of weights which others trained. */
const licences = ["MIT", "Apache-2.0"];
const exactVersion = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** What a published package's package.json lacks, one sentence each. */
export function manifestProblems(manifest: Manifest, folder: string): string[] {
  const problems: string[] = [];
  const expected: Record<string, string> = {
    name: `@gan/${basename(folder)}`,
    type: "module",
  };
  for (const [key, value] of Object.entries(expected)) {
    if (manifest[key] !== value) {
      problems.push(`package.json: ${key} must be "${value}", got ${JSON.stringify(manifest[key])}`);
    }
  }
  if (!licences.includes(manifest.license)) {
    problems.push(
      `package.json: license must be ${licences.join(" or ")}, got ${JSON.stringify(manifest.license)}`,
    );
  }
  for (const key of ["description", "version", "engines", "exports", "files", "sideEffects"]) {
    if (manifest[key] === undefined) problems.push(`package.json: ${key} is missing`);
  }
  for (const script of requiredScripts) {
    if (manifest.scripts?.[script] === undefined) problems.push(`package.json: script ${script} is missing`);
  }
  return [...problems, ...versionProblems(manifest)];
}

/** Dependencies that are not pinned: ours by workspace:*, all others to one version. */
export function versionProblems(manifest: Manifest): string[] {
  const dependencies: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };
  return Object.entries(dependencies)
    .filter(([name, version]) =>
      name.startsWith("@gan/") ? version !== "workspace:*" : !exactVersion.test(version),
    )
    .map(([name, version]) => {
      const remedy = name.startsWith("@gan/") ? "workspace:*" : "an exact version";
      return `package.json: ${name} must be given as ${remedy}, got "${version}"`;
    });
}

/** What is wrong with the files that would be published. */
export function tarballProblems(manifest: Manifest, files: readonly string[]): string[] {
  const missing = requiredFiles.filter((file) => !files.includes(file));
  const stray = files.filter((file) =>
    /\.test\.|\.test-helper\.|(?:^|\/)(?:testing\/|\.|vitest\.config)/.test(file),
  );
  const bins = Object.values<string>(manifest.bin ?? {}).map((file) => file.replace(/^\.\//, ""));
  return [
    ...missing.map((file) => `the tarball lacks ${file}`),
    ...(files.some((file) => file.startsWith("src/"))
      ? []
      : ["the tarball lacks src/, where source maps lead"]),
    ...(files.some((file) => file.startsWith("dist/")) ? [] : ["the tarball lacks dist/: build first"]),
    ...bins.filter((file) => !files.includes(file)).map((file) => `the tarball lacks the bin ${file}`),
    ...stray.map((file) => `the tarball must not hold ${file}: exclude it in "files" of package.json`),
  ];
}

/** What every preset's folder of weights holds. */
const weightFiles = [
  "card.md",
  "discriminator.safetensors",
  "figure.webp",
  "generator.safetensors",
  "log.jsonl",
];
/** Bytes that a file of weights may have. */
const mostWeightBytes = 5_000_000;

/**
 * What is wrong with a variant's shipped weights.
 * @param presets the names of its configurations
 * @param sizes bytes of the published files by path
 */
export function weightProblems(presets: readonly string[], sizes: ReadonlyMap<string, number>): string[] {
  const folders = new Set([...sizes.keys()].flatMap((path) => /^weights\/([^/]+)\//.exec(path)?.[1] ?? []));
  return [...folders].flatMap((preset) => [
    ...(presets.includes(preset) ? [] : [`weights/${preset} belongs to no preset in configs/`]),
    ...weightFiles
      .filter((file) => !sizes.has(`weights/${preset}/${file}`))
      .map((file) => `weights/${preset} lacks ${file}: run train-pretrained`),
    ...[...sizes]
      .filter(([path, bytes]) => path.startsWith(`weights/${preset}/`) && bytes > mostWeightBytes)
      .map(
        ([path, bytes]) =>
          `${path} has ${bytes} bytes, at most ${mostWeightBytes} are allowed: train a narrower preset`,
      ),
  ]);
}

/**
 * What is wrong across the workspace.
 * @param manifest the root's package.json
 * @param references the paths that the root's tsconfig.json refers to
 */
export function rootProblems(
  manifest: Manifest,
  packages: readonly Package[],
  references: readonly string[],
): string[] {
  const problems = versionProblems(manifest).map((problem) => `root: ${problem}`);
  const pinned = `pnpm@${manifest.devDependencies?.pnpm}`;
  if (manifest.packageManager !== pinned) {
    problems.push(`root: packageManager is ${manifest.packageManager} but devDependencies has ${pinned}`);
  }
  for (const { name, folder, manifest: own } of packages) {
    const path = `packages/${basename(folder)}`;
    if (own.scripts?.build !== undefined && !references.includes(path)) {
      problems.push(`${name}: the root's tsconfig.json does not refer to ${path}`);
    }
  }
  for (const one of packages.filter((candidate) => candidate.manifest.private === true)) {
    problems.push(...versionProblems(one.manifest).map((problem) => `${one.name}: ${problem}`));
  }
  return problems;
}
