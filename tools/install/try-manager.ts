import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../lib/run-program.mjs";
import { checkTypes } from "./check-types.js";
import { type Installed, inspectInstall } from "./inspect-install.js";
import { type Manager, writeProject } from "./managers.js";
import { userProgram } from "./user-program.js";

/** The package that is installed alone, and all of ours that it may bring. */
const installed = "@gan/cyclegan";
const expected = ["@gan/backend-ort", "@gan/core", "@gan/cyclegan", "@gan/datasets"];

/** What came of an installation with one manager. */
export interface Trial extends Installed {
  /** Wall time of adding the package, with the manager's cache as it was. */
  installSeconds: number;
  /** Wall time of all that followed: train, types, program. */
  useSeconds: number;
}

const tinyConfig = {
  model: {
    imageSize: 32,
    generatorFeatures: 2,
    discriminatorFeatures: 2,
    residualBlocks: 1,
    discriminatorLayers: 1,
  },
  data: {},
  training: { batchSize: 1, totalImages: 4, seed: 7, sampleEveryImages: 4, checkpointEveryImages: 4 },
};

/**
 * Installs the package alone into an empty folder, trains with its bin, resolves its types in two ways and runs a
 * program that imports it.
 *
 * @param folder Of the project; must not exist.
 * @param data Holds trainA and trainB.
 * @param versions Of the release before and of the newest, which is installed over it where the manager can plan.
 * @throws Error in one sentence for whatever a user could not do.
 */
export async function tryManager(
  manager: Manager,
  folder: string,
  data: string,
  { old, version }: { old: string; version: string },
): Promise<Trial> {
  const run = ([command, ...args]: readonly string[], what: string) =>
    runProgram(command as string, args, {
      cwd: folder,
      env: manager.environment,
      what: `${manager.name}: ${what}`,
      remedy: "see what it printed",
    });
  await mkdir(folder);
  await writeProject(manager, folder);
  const start = performance.now();
  // Who has the release before gets this one whole.
  if (manager.plan !== undefined) {
    await run(manager.plan(`${installed}@${old}`), `planning ${installed} ${old}`);
  }
  await run(manager.add(`${installed}@latest`), `installing ${installed}`);
  const installSeconds = seconds(start);
  const found = inspectInstall(join(folder, "node_modules"));
  requireOurs(found, version);

  const use = performance.now();
  await writeFile(join(folder, "tiny.json"), JSON.stringify(tinyConfig));
  const training = ["train", "--config", "tiny.json", "--data", data, "--out", "runs/tiny"];
  await run([...manager.bin("gan-cyclegan"), ...training], "gan-cyclegan train");
  for (const name of ["report.html", "samples.png", join("checkpoints", "000000000004", "state.json")]) {
    if (!existsSync(join(folder, "runs", "tiny", name)))
      throw new Error(`gan-cyclegan train left no ${name}`);
  }
  await writeFile(join(folder, "program.mts"), userProgram);
  await checkTypes(folder);
  const program = [...manager.script(join("compiled", "program.mjs")), data, "runs/program"];
  const told = JSON.parse((await run(program, "a program that imports it")).trim().split("\n").at(-1) ?? "");
  if (told.steps !== 2 || told.imagesSeen !== 2) throw new Error(`the program took ${JSON.stringify(told)}`);
  await readFile(join(folder, "runs", "program", "events.jsonl"));
  return { ...found, installSeconds, useSeconds: seconds(use) };
}

/** @throws Error when packages of ours are absent, too many or of another version, or leak from the workspace. */
function requireOurs({ ours, leaks }: Installed, version: string): void {
  const names = Object.keys(ours);
  if (names.join() !== expected.join()) {
    throw new Error(`${installed} must bring ${expected.join(", ")}, got ${names.join(", ")}`);
  }
  const others = Object.entries(ours).filter(([, versions]) => versions.join() !== version);
  if (others.length > 0) throw new Error(`all of ours must be ${version}, got ${JSON.stringify(others)}`);
  if (leaks.length > 0) throw new Error(`the workspace leaks into what is installed:\n${leaks.join("\n")}`);
}

const seconds = (start: number) => (performance.now() - start) / 1000;
