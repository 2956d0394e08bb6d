import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import { pack, unpack } from "@publint/pack";
import { listPackages, type Package, readJson, root, toolEnvironment } from "./lib/workspace.mjs";
import { manifestProblems, rootProblems, tarballProblems, weightProblems } from "./package-rules.js";
import { benchProblems, isVariant, variantProblems } from "./variant-rules.js";

/** Each check gives the problems of one published package, one text each. */
const checks: Record<string, (one: Package) => Promise<string[]>> = {
  /** The house's own rules on package.json and on what is published. */
  contents: async (one) => [
    ...manifestProblems(one.manifest, one.folder),
    ...(isVariant(one) ? checkVariant(one) : []),
    ...(await withTarball(one, async (tarball) => {
      const sizes = await listFiles(tarball);
      const files = [...sizes.keys()];
      const presets = files.flatMap((file) => /^configs\/(.+)\.json$/.exec(file)?.[1] ?? []);
      return [
        ...tarballProblems(one.manifest, files),
        ...(isVariant(one) ? weightProblems(presets, sizes) : []),
      ];
    })),
  ],
  /** publint, warnings included, on the tarball. */
  publint: (one) =>
    withTarball(one, (tarball) => outputOnFailure("publint/src/cli.js", ["run", tarball, "--strict"])),
  /** Are the types wrong, on the tarball; ES modules are all that is promised. */
  attw: (one) =>
    withTarball(one, (tarball) =>
      outputOnFailure("@arethetypeswrong/cli/dist/index.js", [
        tarball,
        "--profile",
        "esm-only",
        "--no-color",
      ]),
    ),
};

/** Packs a package as it would be published and hands over the tarball, which is gone afterwards. */
async function withTarball<T>({ folder }: Package, use: (tarball: string) => Promise<T>): Promise<T> {
  const destination = mkdtempSync(join(tmpdir(), "pack-"));
  try {
    return await use(await pack(folder, { packageManager: "pnpm", ignoreScripts: true, destination }));
  } finally {
    rmSync(destination, { recursive: true, force: true });
  }
}

/** The bytes of each file in a tarball, by its path in the package's folder. */
async function listFiles(tarball: string): Promise<Map<string, number>> {
  const { files, rootDir } = await unpack(readFileSync(tarball));
  return new Map(files.map(({ name, data }) => [name.slice(rootDir.length + 1), data.length]));
}

function checkVariant(one: Package): string[] {
  const folders = [".", "bin", "configs", "src", "weights"].filter((name) =>
    existsSync(join(one.folder, name)),
  );
  const files = folders.flatMap((name) =>
    readdirSync(join(one.folder, name)).map((file) => (name === "." ? file : `${name}/${file}`)),
  );
  return variantProblems(one, files, (file) => readFileSync(join(one.folder, file), "utf8"));
}

/** Runs a tool; its output is the problem when it fails. */
async function outputOnFailure(script: string, args: string[]): Promise<string[]> {
  const file = join(import.meta.dirname, "node_modules", script);
  try {
    await promisify(execFile)(process.execPath, [file, ...args]);
    return [];
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return [stripVTControlCharacters(`${stdout}${stderr}`).trim() || String(error)];
  }
}

function checkRoot(): string[] {
  const references: { path: string }[] = readJson(join(root, "tsconfig.json")).references;
  const packages = listPackages();
  return [
    ...rootProblems(
      readJson(join(root, "package.json")),
      packages,
      references.map(({ path }) => path),
    ),
    ...benchProblems(readJson(join(root, "benchmarks", "package.json")), packages),
  ];
}

async function main(name: string | undefined): Promise<void> {
  const check = checks[name ?? ""];
  if (check === undefined) {
    throw new Error(`which check? Give one of ${Object.keys(checks).join(", ")}, got ${name ?? "nothing"}`);
  }
  Object.assign(process.env, toolEnvironment()); // pnpm is within reach
  const published = listPackages().filter(({ manifest }) => manifest.private !== true);
  const problems = name === "contents" ? checkRoot() : [];
  for (const one of published) {
    problems.push(...(await check(one)).map((problem) => `${one.name}: ${problem}`));
  }
  for (const problem of problems) console.error(problem);
  console.log(`${name}: ${published.length} packages, ${problems.length} problems`);
  if (problems.length > 0 || published.length === 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2]);
