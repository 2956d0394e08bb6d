/**
 * Checks every command and program of every README, without running them: commands against what the programs say that
 * they take, programs by the compiler.
 *
 *     npm run check -- readmes
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { listPackages, readJson, root } from "./lib/workspace.mjs";
import { checkWords, type Described } from "./readme/check-command.js";
import { checkPrograms, type Program } from "./readme/check-programs.js";
import { type CommandLine, extractBlocks, listCommands } from "./readme/extract-blocks.js";

const packages = listPackages();
const readmes = [
  join(root, "README.md"),
  join(root, "CONTRIBUTING.md"),
  ...packages.map(({ folder }) => join(folder, "README.md")),
].filter((file) => existsSync(file));

/** Languages of blocks that are shown, not run. */
const shown = new Set(["text", "json", "html", "py", "python"]);

const described = new Map<string, Promise<Described>>();
/** What a program of a package takes, by its bin's name. */
function describe(bin: string): Promise<Described> | undefined {
  const owner = packages.find(({ manifest }) => manifest.bin?.[bin] !== undefined);
  if (owner === undefined) return undefined;
  const isCore = basename(owner.folder) === "core";
  const file = join(owner.folder, "dist", isCore ? "cli/gan.js" : "cli.js");
  const found =
    described.get(bin) ??
    import(pathToFileURL(file).href).then((module) => (isCore ? module.runGan : module.runCli).describe());
  described.set(bin, found);
  return found;
}

/** What is wrong with a command, one sentence each. */
async function checkCommand(words: readonly string[], folder: string): Promise<string[]> {
  const [program = "", first = "", ...rest] = /^gan/.test(words[0] ?? "") ? ["npx", ...words] : words;
  const bin = /^gan(?:-[a-z0-9-]+)?$/.exec(first)?.[0] ?? /bin\/(gan(?:-[a-z0-9-]+)?)\.js$/.exec(first)?.[1];
  const takes = bin === undefined ? undefined : describe(bin);
  if (takes !== undefined) return checkWords(await takes, rest);
  if (program === "npx" && first === "pnpm") return checkCommand(["pnpm", ...rest], folder);
  if (program === "node") {
    const isThere = [root, folder].some((at) => existsSync(join(at, first)));
    return isThere ? [] : [`there is no ${first}`];
  }
  if (program === "npm" || program === "pnpm") return checkScript([first, ...rest]);
  return bin === undefined && program === "npx" ? [`no package has a command ${first}`] : [];
}

/** What is wrong with `npm run NAME`, or with pnpm's way of asking for a package's own script. */
function checkScript(words: readonly string[]): string[] {
  const filter = words.indexOf("--filter");
  const chosen = filter < 0 ? undefined : (words[filter + 1] ?? "").replace(/\.\.\.$/, "");
  const plain = filter < 0 ? words : words.filter((_, index) => index !== filter && index !== filter + 1);
  const name = plain[0] === "run" ? plain[1] : plain[0];
  if (["install", "add", "view", "exec", "changeset", undefined].includes(name)) return [];
  const manifest =
    chosen === undefined
      ? readJson(join(root, "package.json"))
      : packages.find((one) => one.name === chosen)?.manifest;
  if (manifest === undefined) return [`there is no package ${chosen}`];
  return manifest.scripts?.[name as string] === undefined
    ? [`${chosen ?? "the root"} has no script ${name}`]
    : [];
}

/** Options that stand alone in a block belong to the command `train` of the README's package. */
async function checkOptions({ words }: CommandLine, folder: string): Promise<string[] | undefined> {
  const takes = words[0]?.startsWith("--") ? describe(`gan-${basename(folder)}`) : undefined;
  return takes && checkWords(await takes, ["train", "--config", "preset", "--out", "run", ...words]);
}

const faults: string[] = [];
const programs: Program[] = [];
let [commandCount, notRun] = [0, 0];
for (const readme of readmes) {
  const folder = dirname(readme);
  for (const block of extractBlocks(readFileSync(readme, "utf8"))) {
    const report = (line: number, fault: string) => faults.push(`${readme}:${line}: ${fault}`);
    if (block.notRun !== undefined) notRun += 1;
    if (shown.has(block.language)) continue;
    if (block.language === "ts" || block.language === "js") {
      if (block.notRun === undefined) programs.push({ readme, block });
      continue;
    }
    if (block.language !== "" && block.language !== "sh") {
      report(block.line, `nobody knows how to check a block of ${block.language}`);
      continue;
    }
    const { commands, others } = listCommands(block);
    commandCount += commands.length;
    for (const { words, line } of commands) {
      for (const fault of await checkCommand(words, folder)) report(line, fault);
    }
    for (const other of others) {
      const found = await checkOptions(other, folder);
      for (const fault of found ?? [`${other.words[0]} is no program; mark the block as text`]) {
        report(other.line, fault);
      }
    }
  }
}
faults.push(...checkPrograms(programs));
for (const fault of faults) console.error(relative(root, fault));
console.log(
  `${readmes.length} files, ${commandCount} commands, ${programs.length} programs, ${notRun} blocks that cannot run here, ${faults.length} faults`,
);
if (faults.length > 0 || commandCount === 0) process.exitCode = 1;
