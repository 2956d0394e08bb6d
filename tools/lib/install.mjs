import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { runChild } from "./run-child.mjs";
import { listPackages, readJson, root } from "./workspace.mjs";

/** @param {string} at root folder @returns {string} where the last installation's fingerprint is kept */
const stampFile = (at) => join(at, "node_modules", ".installed-fingerprint");

/**
 * A hash of all that decides what is installed, and of pnpm's own record of what is: it differs from the
 * stamp when a manifest or the lockfile changed, and when someone ran pnpm by hand for another branch.
 * @param {string} at the workspace's root folder
 */
export function installFingerprint(at) {
  const files = [
    join(at, "package.json"),
    join(at, "pnpm-lock.yaml"),
    join(at, "pnpm-workspace.yaml"),
    join(at, "node_modules", ".pnpm", "lock.yaml"),
    ...listPackages(at).map(({ folder }) => join(folder, "package.json")),
  ];
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const file of files) {
    hash.update(`\0${relative(at, file)}\0`).update(existsSync(file) ? readFileSync(file) : "absent");
  }
  return hash.digest("hex");
}

/** @param {string} at the workspace's root folder @returns {boolean} */
export function isInstalled(at) {
  const everyPackage = listPackages(at).every(
    ({ folder, manifest }) =>
      Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).length === 0 ||
      existsSync(join(folder, "node_modules")),
  );
  return (
    everyPackage &&
    existsSync(stampFile(at)) &&
    readFileSync(stampFile(at), "utf8") === installFingerprint(at)
  );
}

/** Installs exactly what the lockfile says with the pinned pnpm, which npx fetches; does nothing if it is. */
export async function install() {
  if (isInstalled(root)) return;
  const { packageManager } = readJson(join(root, "package.json")); // "pnpm@1.2.3"
  console.log(`Installing dependencies with ${packageManager}`);
  const args = ["--yes", packageManager.split("+")[0], "install", "--frozen-lockfile"];
  const { code } = await runChild("npx", args, { shell: process.platform === "win32" });
  if (code !== 0) {
    console.error(`\nInstalling the dependencies failed (exit code ${code}); pnpm's message is above.`);
    process.exit(code);
  }
  writeFileSync(stampFile(root), installFingerprint(root));
}
