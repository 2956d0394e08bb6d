import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import ts from "typescript";
import type { Block } from "./extract-blocks.js";

/** A program of a README. */
export interface Program {
  /** The README, absolute. */
  readme: string;
  block: Block;
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

/** Where a program is put so that it imports as its package's users do, out of version control. */
const folderOf = ({ readme }: Program) => join(dirname(readme), ".cache", "readme");
const fileOf = (program: Program) =>
  join(folderOf(program), `${basename(program.readme, ".md").toLowerCase()}-${program.block.line}.mts`);

/**
 * What the compiler says of programs in READMEs.
 *
 * @returns One sentence for each fault, with the README's line.
 */
export function checkPrograms(programs: readonly Program[]): string[] {
  for (const program of programs) {
    mkdirSync(folderOf(program), { recursive: true });
    writeFileSync(fileOf(program), program.block.text);
  }
  try {
    const files = programs.map(fileOf);
    const compiled = ts.createProgram(files, options);
    return programs.flatMap((program) => {
      const file = compiled.getSourceFile(fileOf(program)) as ts.SourceFile;
      return [...compiled.getSyntacticDiagnostics(file), ...compiled.getSemanticDiagnostics(file)].map(
        ({ start = 0, messageText }) => {
          const line = program.block.line + file.getLineAndCharacterOfPosition(start).line;
          return `${program.readme}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
        },
      );
    });
  } finally {
    for (const program of programs) rmSync(folderOf(program), { recursive: true, force: true });
  }
}
