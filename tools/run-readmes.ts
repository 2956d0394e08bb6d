/**
 * Runs the commands and programs of the READMEs on fixtures with their budgets cut: `train` is planned and takes no
 * steps, a program's training takes one; what generates, translates, judges and exports does so from a run of a few
 * pictures, made for it. Scripts of the repository itself (`npm run …`, `pnpm …`) are for `npm run check -- readmes`
 * alone. Takes minutes.
 *
 *     npm run test:readmes                 every README
 *     npm run test:readmes -- dcgan root   some; root is the repository's and CONTRIBUTING.md
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
import { type Block, extractBlocks, listCommands } from "./readme/extract-blocks.js";
import { planProgram } from "./readme/plan-program.js";
import { type PlannedRun, planRun } from "./readme/plan-run.js";
import { tinyRuns } from "./readme/tiny-runs.js";

/** What can be chosen, and its files. */
const places = new Map<string, readonly string[]>([
  ["root", ["README.md", "CONTRIBUTING.md"].map((file) => join(root, file))],
  ...listPackages()
    .filter(({ folder }) => existsSync(join(folder, "README.md")))
    .map(({ folder }) => [basename(folder), [join(folder, "README.md")]] as const),
]);
const chosen = process.argv.length > 2 ? process.argv.slice(2) : [...places.keys()];
const unknown = chosen.filter((name) => !places.has(name));
if (unknown.length > 0) {
  throw new RangeError(`${unknown.join(", ")} has no README; there are ${[...places.keys()].join(", ")}`);
}
const tsx = join(root, "node_modules", "tsx", "dist", "cli.mjs");
const work = mkdtempSync(join(tmpdir(), "readmes-"));
const pictures = join(work, "pictures");
const counts = { passed: 0, failed: 0, skipped: 0 };

/** A package's program, by its name or its file; undefined where it is of the repository. */
function binOf(word: string): string | undefined {
  const name = /bin\/(gan(?:-[a-z0-9-]+)?)\.js$/.exec(word)?.[1] ?? word;
  const owner = listPackages().find(({ manifest }) => manifest.bin?.[name] !== undefined);
  return owner === undefined ? undefined : join(owner.folder, owner.manifest.bin[name]);
}

/** Runs a file of JavaScript or TypeScript in a folder. */
const run = (file: string, words: readonly string[], folder: string) =>
  runProgram(process.execPath, [...(file.endsWith(".mts") ? [tsx] : []), file, ...words], {
    cwd: folder,
    what: words.length > 0 ? words.join(" ") : "the program",
    remedy: "see what it printed",
  });

/** A CSV file that gives each picture its subfolder's name as its label. */
const labelsOf = (folder: string) =>
  readdirSync(folder)
    .flatMap((label) => readdirSync(join(folder, label)).map((file) => `${label}/${file},${label}\n`))
    .join("");

/** Puts what a command reads into its working folder. */
async function provide(folder: string, needs: PlannedRun["needs"], bin: string): Promise<void> {
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

/** Runs one block of a README, a command or a program at a time. */
async function runBlock(readme: string, block: Block, folder: string): Promise<void> {
  if (block.language === "ts") {
    const owner = `gan-${basename(dirname(readme))}`;
    await count(readme, block.line, async () => {
      if (block.notRun !== undefined) return block.notRun;
      const { text, needs } = planProgram(block.text, `runs/tiny-${owner}`);
      await provide(folder, needs, binOf(owner) ?? "");
      // In its package, so that it imports as the package's users do.
      const file = join(dirname(readme), ".cache", "readme", `run-${block.line}.mts`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      try {
        await run(file, [], folder);
      } finally {
        rmSync(file);
      }
      return undefined;
    });
    return;
  }
  if (block.language !== "" && block.language !== "sh") return;
  for (const { words, line } of listCommands(block).commands) {
    const at = words[0]?.startsWith("gan") ? 0 : 1;
    const bin = binOf(words[at] ?? "");
    if (bin === undefined) continue;
    await count(readme, line, async () => {
      const planned =
        block.notRun ?? planRun({ words: words.slice(at + 1) }, `runs/tiny-${basename(bin, ".js")}`);
      if (typeof planned === "string") return planned;
      await provide(folder, planned.needs, bin);
      await run(bin, planned.words, folder);
      return undefined;
    });
  }
}

/** Counts what became of a command or program, which gives the reason where it cannot run here. */
async function count(
  readme: string,
  line: number,
  attempt: () => Promise<string | undefined>,
): Promise<void> {
  const place = `${relative(root, readme)}:${line}`;
  try {
    const reason = await attempt();
    counts[reason === undefined ? "passed" : "skipped"] += 1;
    if (reason !== undefined) console.log(`skipped ${place}: ${reason}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`failed  ${place}: ${(error as Error).message}`);
  }
}

try {
  await writePictures(pictures, 16, 40);
  // What evaluate measures is held out.
  for (const side of ["A", "B"]) {
    for (const file of ["0.png", "1.png"]) {
      cpSync(join(pictures, `train${side}`, file), join(pictures, `test${side}`, file));
    }
  }
  for (const name of chosen) {
    const folder = join(work, name);
    mkdirSync(folder, { recursive: true });
    const before = { ...counts };
    for (const readme of places.get(name) ?? []) {
      for (const block of extractBlocks(readFileSync(readme, "utf8"))) await runBlock(readme, block, folder);
    }
    const [passed, failed, skipped] = (["passed", "failed", "skipped"] as const).map(
      (key) => counts[key] - before[key],
    );
    console.log(`${name}: ${passed} ran, ${failed} failed, ${skipped} skipped`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(
  `\n${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}`,
);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
