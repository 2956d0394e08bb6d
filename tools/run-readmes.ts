/**
 * Runs the commands of the READMEs on fixtures with their budgets cut: `train` is planned and takes no steps; what
 * generates, translates, judges and exports does so from a run of a few pictures, made for it. Programs are for the
 * compiler alone (`npm run check -- readmes`). Takes minutes.
 *
 *     npm run test:readmes                 every variant's README
 *     npm run test:readmes -- dcgan core   some
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { writePictures } from "./install/pictures.js";
import { runProgram } from "./lib/run-program.mjs";
import { listPackages, root } from "./lib/workspace.mjs";
import { extractBlocks, listCommands } from "./readme/extract-blocks.js";
import { planRun } from "./readme/plan-run.js";
import { tinyRuns } from "./readme/tiny-runs.js";

const chosen = process.argv.slice(2);
const packages = listPackages().filter(
  ({ folder, manifest }) =>
    manifest.bin !== undefined && (chosen.length === 0 || chosen.includes(basename(folder))),
);
const work = mkdtempSync(join(tmpdir(), "readmes-"));
const pictures = join(work, "pictures");
const counts = { passed: 0, failed: 0, skipped: 0 };

const binOf = (name: string) => {
  const owner = listPackages().find(({ manifest }) => manifest.bin?.[name] !== undefined);
  return owner === undefined ? undefined : join(owner.folder, owner.manifest.bin[name]);
};

/** Runs one line of a program in a folder. */
const run = (bin: string, words: readonly string[], folder: string) =>
  runProgram(process.execPath, [bin, ...words], { cwd: folder, what: words.join(" "), remedy: "" });

/** A CSV file that gives each picture its subfolder's name as its label. */
const labelsOf = (folder: string) =>
  readdirSync(folder)
    .flatMap((label) => readdirSync(join(folder, label)).map((file) => `${label}/${file},${label}\n`))
    .join("");

/** Puts what a command reads into its working folder. */
async function provide(
  folder: string,
  needs: readonly { path: string; kind: string }[],
  bin: string,
): Promise<void> {
  for (const { path, kind } of needs) {
    const place = join(folder, path);
    if (existsSync(place)) continue;
    mkdirSync(dirname(place), { recursive: true });
    if (kind === "picture") cpSync(join(pictures, "trainA", "0.png"), place);
    else if (kind === "pictures") cpSync(join(pictures, "trainA"), place, { recursive: true });
    else if (kind === "data") cpSync(pictures, place, { recursive: true });
    else if (kind === "labels") writeFileSync(place, labelsOf(pictures));
    else {
      const name = basename(bin, ".js").slice("gan-".length);
      const config = tinyRuns[name];
      if (config === undefined) throw new Error(`tools/readme/tiny-runs.ts has no configuration of ${name}`);
      writeFileSync(join(folder, "tiny.json"), JSON.stringify(config));
      const data = config.data.name === undefined ? ["--data", pictures] : [];
      await run(bin, ["train", "--config", "tiny.json", "--out", path, ...data], folder);
    }
  }
}

async function runReadme(file: string, folder: string): Promise<void> {
  for (const block of extractBlocks(readFileSync(file, "utf8"))) {
    if (block.language !== "" && block.language !== "sh") continue;
    for (const { words, line } of listCommands(block).commands) {
      const at = words[0]?.startsWith("gan") ? 0 : 1;
      const bin = binOf(words[at] ?? "");
      if (bin === undefined) continue; // of this repository, not of a package
      const place = `${relative(root, file)}:${line}`;
      const tiny = `runs/tiny-${basename(bin, ".js")}`;
      const planned = block.notRun ?? planRun({ words: words.slice(at + 1) }, tiny);
      if (typeof planned === "string") {
        counts.skipped += 1;
        console.log(`skipped ${place}: ${planned}`);
        continue;
      }
      try {
        await provide(folder, planned.needs, bin);
        await run(bin, planned.words, folder);
        counts.passed += 1;
      } catch (error) {
        counts.failed += 1;
        console.log(`failed  ${place}: ${(error as Error).message}`);
      }
    }
  }
}

try {
  await writePictures(pictures, 16, 40);
  for (const { folder: at, name } of packages) {
    const folder = join(work, basename(at));
    mkdirSync(folder, { recursive: true });
    const before = counts.passed;
    await runReadme(join(at, "README.md"), folder);
    console.log(`${name}: ${counts.passed - before} commands ran`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(
  `\n${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}`,
);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
