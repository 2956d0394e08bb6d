/**
 * The gate `guides`: that what people wrote about this library is true, as far as a machine can tell. The whole site, with
 * every link and anchor, is checked by `pnpm docs:build`.
 */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { checkWords } from "../readme/check-command.js";
import { extractBlocks, listCommands } from "../readme/extract-blocks.js";
import { findSettingProblems } from "./lib/check-settings.js";
import type { JsonSchema } from "./lib/config-pages.js";
import { readTexts } from "./lib/error-messages.js";
import { checkExamples, writeExamples } from "./lib/examples.js";
import { describeProgram, findPackages, type ProgramDescription } from "./lib/find-packages.js";
import { readGuides } from "./lib/guides.js";
import { isPrinted, readQuotedHeadings } from "./lib/message-headings.js";
import { listSources } from "./lib/package-files.js";
import { guidesFolder, repository } from "./lib/places.js";
import { rewriteMarkdown } from "./lib/rewrite-links.js";
import { renderRingGuide } from "./lib/ring-table.js";

const problems: string[] = [];
const packages = findPackages();
const programs = new Map<string, ProgramDescription>();
for (const one of packages) if (one.bin !== undefined) programs.set(one.bin, await describeProgram(one));
const guides = readGuides().map(({ name }) => join(guidesFolder, `${name}.md`));
const readmes = packages.map(({ folder }) => join(folder, "README.md"));
const others = ["README.md", "CONTRIBUTING.md", "benchmarks/README.md"].map((file) => join(repository, file));

for (const file of [...guides, ...readmes, ...others]) {
  const place = relative(repository, file);
  const text = readFileSync(file, "utf8");
  try {
    rewriteMarkdown(repository, place, text);
  } catch (error) {
    problems.push((error as Error).message);
  }
  for (const block of extractBlocks(text)) {
    if (block.language !== "" && block.language !== "sh") continue;
    for (const { words, line } of listCommands(block).commands) {
      const [name = "", ...rest] = words[0] === "npx" ? words.slice(1) : words;
      const program = programs.get(name);
      if (program === undefined) continue;
      // What READMEs say is the gate `readmes`'s; that of settings is here for both.
      const said = guides.includes(file) ? checkWords(program.command, rest) : [];
      const set = findSettingProblems(rest, (program.config ?? {}) as JsonSchema);
      for (const problem of [...said, ...set]) problems.push(`${place}:${line}: ${problem}`);
    }
  }
}

const texts = listSources(packages).flatMap(readTexts);
const troubleshooting = readFileSync(join(guidesFolder, "troubleshooting.md"), "utf8");
for (const quoted of readQuotedHeadings(troubleshooting)) {
  if (!isPrinted(quoted, texts))
    problems.push(`troubleshooting.md: nothing in the sources prints "${quoted}"`);
}

const { text, rendered } = renderRingGuide();
if (text !== rendered)
  problems.push("mode-collapse.md: its table is not plots/ring.json's. Run: pnpm --filter @gan/docs readme");
problems.push(...checkExamples(writeExamples()));

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? `${guides.length} guides and ${readmes.length} READMEs are true.`
    : `${problems.length} problems.`,
);
process.exitCode = problems.length > 0 ? 1 : 0;
