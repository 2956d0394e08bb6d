#!/usr/bin/env node
// Publishes every package whose version is not on the registry yet: `pnpm release`, which the workflow runs. In GitHub
// Actions the packages get that repository's address, as provenance requires.
import "./check-node.cjs";

const { rmSync, writeFileSync } = await import("node:fs");
const { basename, join } = await import("node:path");
const { install } = await import("./lib/install.mjs");
const { runScript, runTurbo } = await import("./lib/run-child.mjs");
const { listPackages } = await import("./lib/workspace.mjs");

/** Ends when a step failed. @param {Promise<{ code: number }>} step */
const need = async (step) => {
  const { code } = await step;
  if (code !== 0) process.exit(code);
};

await install();
const published = listPackages().filter(({ manifest }) => manifest.private !== true);
// What earlier builds left of sources that are gone would be published.
for (const { folder } of published) rmSync(join(folder, "dist"), { recursive: true, force: true });
await need(runTurbo(["run", "build", "--force", "--output-logs=errors-only", "--ui=stream"]));
await need(runScript("tools/check.mjs", ["packages", "publint", "attw"]));
const { GITHUB_REPOSITORY, GITHUB_SERVER_URL = "https://github.com" } = process.env;
if (GITHUB_REPOSITORY !== undefined) {
  for (const { folder, manifest } of published) {
    const repository = {
      type: "git",
      url: `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`,
      directory: `packages/${basename(folder)}`,
    };
    writeFileSync(join(folder, "package.json"), `${JSON.stringify({ ...manifest, repository }, null, 2)}\n`);
  }
}
await need(runScript("node_modules/@changesets/cli/bin.js", ["publish", ...process.argv.slice(2)]));
