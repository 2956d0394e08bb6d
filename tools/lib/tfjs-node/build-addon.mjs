import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { runProgram } from "../run-program.mjs";
import { findHeaders } from "./check-machine.mjs";
import { nodeGypVersion, tfjsNodeVersion } from "./parts.mjs";

/** Node-API's version, of which tfjs-node names 3 to 8; its loader looks in the folder of the newest. */
const napiVersion = 8;

/**
 * Installs tfjs-node and what it needs from npm into a project in the cache, without its installer, and builds its
 * addon against the library that {@link import("./fetch-tensorflow.mjs").fetchTensorflow} put there. Does nothing
 * where that was done.
 * @param {import("./parts.mjs").Parts} parts
 * @param {(text: string) => void} tell
 */
export async function buildAddon({ packageName, project, built, cache, library }, tell) {
  if (existsSync(project)) return;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, ".building-"));
  try {
    tell(`Installing ${packageName} ${tfjsNodeVersion} from npm`);
    const dependencies = { [packageName]: tfjsNodeVersion, "node-gyp": nodeGypVersion };
    writeFileSync(join(work, "package.json"), JSON.stringify({ private: true, dependencies }));
    // Called by npm or pnpm, this process carries their settings, which are not meant for this project.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !/^npm_(config_(?!registry|.*proxy|cafile)|package_|lifecycle)/i.test(name),
      ),
    );
    const npm = [
      "install",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--no-package-lock",
      "--loglevel=error",
    ];
    await runProgram("npm", npm, {
      cwd: work,
      env,
      what: `installing ${packageName} ${tfjsNodeVersion}`,
      remedy: "see that npm reaches its registry",
    });
    const folder = join(work, relative(project, built));
    mkdirSync(join(folder, "deps"));
    symlinkSync(join(library, "tensorflow"), join(folder, "deps", "lib"));
    symlinkSync(join(library, "tensorflow", "include"), join(folder, "deps", "include"));
    tell(`Building ${packageName}'s addon by node-gyp`);
    const headers = findHeaders();
    const settings = {
      module_name: "tfjs_binding",
      module_path: join(folder, "lib", `napi-v${napiVersion}`),
      napi_build_version: napiVersion,
      ...(headers && { nodedir: headers }),
    };
    const gyp = join(work, "node_modules", "node-gyp", "bin", "node-gyp.js");
    const flags = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    await runProgram(process.execPath, [gyp, "rebuild", ...flags], {
      cwd: folder,
      env,
      what: "building the addon",
      remedy: headers
        ? "the compiler's message is below; another TensorFlow may be named by --tensorflow"
        : "this Node.js has no headers beside it, and node-gyp did not get them from nodejs.org: name a folder that holds include/node by npm_config_nodedir, or take a Node.js that brings them",
    });
    rmSync(join(folder, "build"), { recursive: true, force: true });
    renameSync(work, project);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
