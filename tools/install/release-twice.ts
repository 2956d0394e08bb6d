import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../lib/run-program.mjs";
import { listPackages, root, toolEnvironment } from "../lib/workspace.mjs";
import type { Registry } from "./registry.js";
import { commitAll, copyForRelease, listDeadLinks, listTags } from "./release-copy.js";

/** Versions by package. */
type Versions = ReadonlyMap<string, string>;

/** Two releases on a registry. */
export interface Releases {
  first: Versions;
  second: Versions;
}

const apart = (name: string) => name.startsWith("@gan/extractor-");

/**
 * Releases a copy of this repository to a registry: what waits in `.changeset`, then a change of core alone, after
 * which all that depend on core must follow.
 *
 * @param folder Of the copy; is made.
 * @throws Error where versions, changelogs or tags are not what CONTRIBUTING.md promises.
 */
export async function releaseTwice(folder: string, registry: Registry): Promise<Releases> {
  await copyForRelease(folder);
  const waiting = ["backend-ort", "core"].map((name) => `"@gan/${name}": patch`).join("\n");
  // There is something to release even just after a release.
  writeFileSync(join(folder, ".changeset", "of-the-test.md"), `---\n${waiting}\n---\n\nBoth are tested.\n`);
  await commitAll(folder, "A change of two packages");
  const first = await releaseOnce(folder, registry);
  requireOneVersion(first);

  const change = '---\n"@gan/core": patch\n---\n\nCore is changed.\n';
  writeFileSync(join(folder, ".changeset", "of-core.md"), change);
  await commitAll(folder, "A change of core");
  const second = await releaseOnce(folder, registry);
  requireOneVersion(second);
  for (const [name, version] of first) {
    const follows = second.get(name) !== version;
    if (follows === apart(name)) {
      throw new Error(
        `after a change of core ${name} must ${apart(name) ? "stay" : "follow"}, got ${version} → ${second.get(name)}`,
      );
    }
  }
  return { first, second };
}

/** `pnpm version-packages`, a commit, and the publishing part of `pnpm release`. */
async function releaseOnce(folder: string, registry: Registry): Promise<Versions> {
  await runChangeset(folder, registry, "version");
  const packages = listPackages(folder).filter(({ manifest }) => manifest.private !== true);
  for (const { name, folder: at, manifest } of packages) {
    const changelog = join(at, "CHANGELOG.md");
    if (!existsSync(changelog)) throw new Error(`${name} ${manifest.version} has no CHANGELOG.md`);
    const dead = listDeadLinks(changelog, existsSync);
    if (dead.length > 0) throw new Error(`${name}: CHANGELOG.md has dead links: ${dead.join(", ")}`);
  }
  await commitAll(folder, "Version packages");
  await runChangeset(folder, registry, "publish");
  const versions = new Map(packages.map(({ name, manifest }) => [name, manifest.version as string]));
  const tags = await listTags(folder);
  for (const [name, version] of versions) {
    if (!tags.includes(`${name}@${version}`)) throw new Error(`${name} ${version} got no tag`);
    const published = await fetch(`${registry.url}${name.replace("/", "%2f")}/${version}`);
    if (!published.ok) throw new Error(`${name} ${version} is not on the registry: HTTP ${published.status}`);
  }
  return versions;
}

function runChangeset(folder: string, registry: Registry, command: "version" | "publish"): Promise<string> {
  const script = join(root, "node_modules", "@changesets", "cli", "bin.js");
  return runProgram(process.execPath, [script, command], {
    cwd: folder,
    env: publishEnvironment(registry),
    what: `changeset ${command}`,
    remedy: "see what it printed",
  });
}

/** The environment in which a program publishes to a registry on loopback, and to no other. */
const publishEnvironment = (registry: Registry): NodeJS.ProcessEnv => ({
  ...toolEnvironment(),
  npm_config_userconfig: join(registry.folder, "npmrc"),
  npm_config_registry: registry.url,
  CI: "true",
});

/** @throws Error when packages that are fixed to each other differ. */
function requireOneVersion(versions: Versions): void {
  const fixed = [...versions].filter(([name]) => !apart(name));
  if (new Set(fixed.map(([, version]) => version)).size === 1) return;
  throw new Error(`these must have one version: ${fixed.map((one) => one.join(" ")).join(", ")}`);
}
