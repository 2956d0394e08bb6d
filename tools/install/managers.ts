import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fetchPackage } from "../lib/fetch-package.mjs";
import { runProgram } from "../lib/run-program.mjs";
import { root } from "../lib/workspace.mjs";
import type { Registry } from "./registry.js";

/** A program and its first arguments. */
type Command = readonly [string, ...string[]];

/** A package manager, ready to be used in one folder. */
export interface Manager {
  name: string;
  /** The program's own version. */
  version(): Promise<string>;
  /** Adds packages to the folder's project, exact or by range as a user would. */
  add(...packages: string[]): Command;
  /** Writes into the lockfile what adding would install, and installs nothing. */
  plan?(...packages: string[]): Command;
  /** Runs a bin of an installed package, as the manager's users do. */
  bin(name: string): Command;
  /** Runs a program of the folder in the runtime that the manager's users use. */
  script(file: string): Command;
  environment: NodeJS.ProcessEnv;
  /** What a project of this manager holds before anything is installed, by file. */
  files: Readonly<Record<string, string>>;
}

/** Where a manager works and with what. */
export interface ManagerSetting {
  registry: Registry;
  /** Folder that keeps the managers' programs between runs. */
  cache: string;
  /** Binary of the Node.js that everything runs on. */
  node: string;
}

type Prepare = (setting: ManagerSetting) => Promise<Manager>;

/** Versions of the programs that npm carries; npm itself is the one that is installed. */
const versions = { yarn: "1.22.22", berry: "4.18.1", bun: "1.4.5", deno: "2.9.6" };

const askVersion = async ([command, ...args]: Command) =>
  (await runProgram(command, [...args, "--version"], { what: command, remedy: "install it" })).trim();

/** npm's settings in the environment; those of whoever runs this do not count. */
function baseEnvironment({ registry, node }: ManagerSetting): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|pnpm_|YARN_|NODE_OPTIONS$)/i.test(name),
  );
  return {
    ...Object.fromEntries(own),
    PATH: [dirname(node), process.env.PATH ?? ""].join(delimiter),
    npm_config_userconfig: join(registry.folder, "npmrc"),
    npm_config_registry: registry.url,
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    CI: "true",
    // Its install script fetches 300 MB for NVIDIA's cards on Linux, from elsewhere than the registry; the README says so.
    ONNXRUNTIME_NODE_INSTALL: "skip",
  };
}

const bunPackage = `@oven/bun-${process.platform === "win32" ? "windows" : process.platform}-${process.arch === "arm64" ? "aarch64" : "x64"}`;
const denoPackage = `@deno/${process.platform}-${process.arch}${process.platform === "linux" ? "-glibc" : ""}`;

/** Every package manager that is tested, by name. */
export const managers: Readonly<Record<string, Prepare>> = {
  async npm(setting) {
    return {
      name: "npm",
      version: () => askVersion(["npm"]),
      add: (...packages) => ["npm", "install", ...packages],
      plan: (...packages) => ["npm", "install", "--package-lock-only", ...packages],
      bin: (name) => ["npx", "--no", name],
      script: (file) => [setting.node, file],
      environment: baseEnvironment(setting),
      files: {},
    };
  },
  async pnpm(setting) {
    const pnpm = join(root, "node_modules", "pnpm", "bin", "pnpm.cjs");
    return {
      name: "pnpm",
      version: () => askVersion([setting.node, pnpm]),
      add: (...packages) => [setting.node, pnpm, "add", ...packages],
      bin: (name) => [setting.node, pnpm, "exec", name],
      script: (file) => [setting.node, file],
      environment: baseEnvironment(setting),
      files: {},
    };
  },
  async yarn(setting) {
    const folder = await fetchPackage(setting.cache, "yarn", versions.yarn);
    const yarn = join(folder, "bin", "yarn.js");
    return {
      name: "yarn",
      version: async () => versions.yarn,
      add: (...packages) => [setting.node, yarn, "add", "--non-interactive", ...packages],
      bin: (name) => [setting.node, yarn, "--silent", "run", name],
      script: (file) => [setting.node, file],
      environment: baseEnvironment(setting),
      files: { ".yarnrc": `registry "${setting.registry.url}"\n` },
    };
  },
  /** Yarn of today, with node_modules rather than its archives. */
  async berry(setting) {
    const folder = await fetchPackage(setting.cache, "@yarnpkg/cli-dist", versions.berry);
    const yarn = join(folder, "bin", "yarn.js");
    return {
      name: "yarn berry",
      version: async () => versions.berry,
      add: (...packages) => [setting.node, yarn, "add", ...packages],
      bin: (name) => [setting.node, yarn, "run", name],
      script: (file) => [setting.node, file],
      environment: {
        ...baseEnvironment(setting),
        YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
        YARN_ENABLE_TELEMETRY: "0",
        // It knows what a host offers by the host's name alone: an earlier registry on another port of this machine.
        YARN_GLOBAL_FOLDER: join(setting.registry.folder, "berry"),
      },
      files: {
        "package.json": '{ "name": "project" }\n',
        "yarn.lock": "",
        ".yarnrc.yml": [
          "nodeLinker: node-modules",
          `npmRegistryServer: "${setting.registry.url}"`,
          "unsafeHttpWhitelist: [127.0.0.1]",
          "npmMinimalAgeGate: 0",
          "",
        ].join("\n"),
      },
    };
  },
  async bun(setting) {
    const folder = await fetchPackage(setting.cache, bunPackage, versions.bun);
    const bun = join(folder, "bin", process.platform === "win32" ? "bun.exe" : "bun");
    const { PATH = "", ...environment } = baseEnvironment(setting);
    return {
      name: "bun",
      version: async () => versions.bun,
      add: (...packages) => [bun, "add", ...packages],
      bin: (name) => [bun, "--bun", "run", name],
      script: (file) => [bun, file],
      environment: { ...environment, PATH: [dirname(bun), PATH].join(delimiter) },
      files: {
        "package.json": '{ "name": "project" }\n',
        "bunfig.toml": `[install]\nregistry = "${setting.registry.url}"\n`,
      },
    };
  },
  async deno(setting) {
    const folder = await fetchPackage(setting.cache, denoPackage, versions.deno);
    const deno = join(folder, process.platform === "win32" ? "deno.exe" : "deno");
    return {
      name: "deno",
      version: async () => versions.deno,
      add: (...packages) => [deno, "add", ...packages.map((name) => `npm:${name}`)],
      bin: (name) => [deno, "run", "--allow-all", `node_modules/.bin/${name}`],
      script: (file) => [deno, "run", "--allow-all", file],
      environment: { ...baseEnvironment(setting), NPM_CONFIG_REGISTRY: setting.registry.url },
      files: {
        "package.json": '{ "name": "project", "type": "module" }\n',
        "deno.json": '{ "nodeModulesDir": "auto", "minimumDependencyAge": "0" }\n',
      },
    };
  },
};

/** Writes what a project of a manager holds at its beginning. */
export async function writeProject({ files }: Manager, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
