/**
 * Releases a copy of this repository twice to a registry on loopback, then installs the second release of
 * `@gan/cyclegan` alone into an empty folder and uses it as its users do.
 *
 *     npm run test:install                    npm on this Node.js, as in continuous integration
 *     npm run test:install -- --all           every package manager, on this Node.js and on the newest
 *     npm run test:install -- --all --write   puts what came out into tools/install/results.json and the README,
 *                                             each as it ends
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { type Manager, type ManagerSetting, managers } from "./install/managers.js";
import { writePictures } from "./install/pictures.js";
import { startRegistry } from "./install/registry.js";
import { releaseTwice } from "./install/release-twice.js";
import { type InstallResult, writeResults } from "./install/results.js";
import { tryManager } from "./install/try-manager.js";
import { runTurbo } from "./lib/run-child.mjs";
import { runProgram } from "./lib/run-program.mjs";
import { fetchNode } from "./lib/tfjs-node/fetch-node.mjs";
import { root } from "./lib/workspace.mjs";

const { values } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    managers: { type: "string" },
    node: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const chosenManagers = (values.managers ?? (values.all ? Object.keys(managers).join() : "npm")).split(",");
const chosenNodes = (values.node ?? (values.all ? "this,newest" : "this")).split(",");
const cache = join(root, ".cache", "install");

const ask = async (command: string, ...args: string[]) =>
  (await runProgram(command, args, { what: args.join(" "), remedy: "see what it printed" })).trim();

/** The binaries to try, by version. */
async function findNodes(): Promise<Map<string, string>> {
  const nodes = new Map<string, string>();
  for (const name of chosenNodes) {
    if (name === "this") nodes.set(process.versions.node, process.execPath);
    else {
      const version = name === "newest" ? await ask("npm", "view", "node", "version") : name;
      nodes.set(version, await fetchNode(cache, version));
    }
  }
  return nodes;
}

async function main(): Promise<InstallResult[]> {
  const { code } = await runTurbo(["run", "build", "--output-logs=errors-only", "--ui=stream"], {
    quiet: true,
  });
  if (code !== 0) throw new Error("the packages do not build; npm run build shows why");
  const work = await mkdtemp(join(tmpdir(), "install-"));
  const registry = await startRegistry(await ask("npm", "config", "get", "registry"));
  const results: InstallResult[] = [];
  try {
    const start = performance.now();
    const { first, second } = await releaseTwice(join(work, "release"), registry);
    const [old, version] = [first, second].map((versions) => versions.get("@gan/cyclegan")) as [
      string,
      string,
    ];
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`${second.size} packages released as ${old}, then as ${version}, in ${seconds} s`);
    const data = join(work, "pictures");
    await writePictures(data, 4, 40);
    for (const [nodeVersion, node] of await findNodes()) {
      for (const name of chosenManagers) {
        const prepare = managers[name];
        if (prepare === undefined)
          throw new Error(`no manager is called ${name}; there are ${Object.keys(managers).join(", ")}`);
        const head = { manager: name, node: nodeVersion };
        const folder = join(work, `${name}-${nodeVersion}`);
        const setting = { registry, cache, node };
        const result: InstallResult = {
          ...head,
          ...(await attempt(prepare, setting, folder, data, { old, version })),
        };
        results.push(result);
        console.log(describe(result));
        // At once, so that it stays when a later one is interrupted.
        if (values.write && result.failure === undefined) await writeResults([result]);
        await rm(folder, { recursive: true, force: true });
      }
    }
  } finally {
    await registry.stop();
    await rm(work, { recursive: true, force: true });
  }
  return results;
}

/** What comes of one manager in a folder of its own. */
async function attempt(
  prepare: (typeof managers)[string],
  setting: ManagerSetting,
  folder: string,
  data: string,
  versions: { old: string; version: string },
): Promise<Pick<InstallResult, "version" | "trial" | "failure" | "absent">> {
  let manager: Manager;
  try {
    manager = await prepare(setting);
  } catch (error) {
    return { absent: (error as Error).message.split("\n")[0] as string };
  }
  const version = await manager.version();
  try {
    return { version, trial: await tryManager(manager, folder, data, versions) };
  } catch (error) {
    return { version, failure: stripVTControlCharacters((error as Error).message) };
  }
}

function describe({ manager, version, node, trial, failure, absent }: InstallResult): string {
  const head = `${manager} ${version ?? ""} on Node.js ${node}:`;
  if (absent !== undefined) return `${head} not here: ${absent}`;
  if (trial === undefined) return `${head} failed: ${failure}`;
  const size = `${trial.packages} packages, ${(trial.bytes / 1e6).toFixed(0)} MB`;
  return `${head} ${size}, installed in ${trial.installSeconds.toFixed(0)} s, used in ${trial.useSeconds.toFixed(0)} s`;
}

// The registry ends with this process, however that ends.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const results = await main();
const failed = results.filter(({ failure }) => failure !== undefined).length;
const skipped = results.filter(({ absent }) => absent !== undefined).length;
console.log(
  `\n${results.length - failed - skipped} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
);
process.exitCode = failed > 0 || results.length === skipped ? 1 : 0;
