import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { extractBlocks } from "../../readme/extract-blocks.js";
import { readGuides } from "./guides.js";
import { repository } from "./places.js";

/** A block of TypeScript in a guide, as a program of its own. */
export interface Example {
  /** `data.md, line 42`. */
  name: string;
  file: string;
}

/** Beside this package's own dependencies, so that imports are found. */
const folder = join(repository, "tools", "docs", ".examples");

/** Budgets of a guide that a test need not spend. */
const cut = (text: string) => text.replaceAll(/(totalImages: )([\d_]{5,})/g, "$1320");

/** Writes every `ts` block of every guide into a file, its budgets cut. */
export function writeExamples(): Example[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return readGuides().flatMap(({ name, text }) =>
    extractBlocks(text)
      .filter(({ language }) => language === "ts")
      .map((block, index) => {
        const file = join(folder, `${name}-${index + 1}.ts`);
        writeFileSync(file, `${cut(block.text)}\nexport {};\n`);
        return { name: `${name}.md, line ${block.line}`, file };
      }),
  );
}

/** What TypeScript finds wrong with the examples, under the repository's own rules. */
export function checkExamples(examples: readonly Example[]): string[] {
  const config = join(repository, "tools", "docs", "tsconfig.json");
  const { config: json } = ts.readConfigFile(config, (path) => readFileSync(path, "utf8"));
  const { options } = ts.parseJsonConfigFileContent(json, ts.sys, join(repository, "tools", "docs"));
  const program = ts.createProgram(
    examples.map(({ file }) => file),
    { ...options, noEmit: true, noPropertyAccessFromIndexSignature: false },
  );
  const files = new Map(examples.map(({ file, name }) => [file, name]));
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const place = file === undefined ? "" : (files.get(file.fileName) ?? file.fileName);
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line;
    return `${place} (line ${line + 1} of the block): ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}
