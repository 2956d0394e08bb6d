import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { findDocProblems } from "./doc-rules.js";
import { listPackages, type Package, root } from "./lib/workspace.mjs";

/** The source files behind a package's exports: `./dist/node/index.d.ts` is made from `src/node/index.ts`. */
export function listEntries({ folder, manifest }: Pick<Package, "folder" | "manifest">): string[] {
  return Object.values<{ types?: string }>(manifest.exports ?? {})
    .map(({ types }) => types)
    .filter((types) => types !== undefined)
    .map((types) => join(folder, types.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts")))
    .filter((file) => existsSync(file));
}

const published = listPackages().filter(({ manifest }) => manifest.private !== true);

/** Every problem of the doc comments of what published packages export, one line each. */
export function checkDocs(packages: readonly Package[]): string[] {
  const entries = packages.flatMap(listEntries);
  const program = ts.createProgram(entries, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  return packages.flatMap((one) =>
    listEntries(one).flatMap((entry) =>
      findDocProblems(checker, program.getSourceFile(entry) as ts.SourceFile, (file) =>
        file.startsWith(join(one.folder, "src").split(sep).join("/")),
      ).map(({ place, name, problem }) => `${relative(root, place)}: ${name} ${problem}`),
    ),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = [...new Set(checkDocs(published))];
  for (const problem of problems) console.error(problem);
  console.log(`${published.length} packages, ${problems.length} problems of doc comments`);
  if (problems.length > 0) process.exitCode = 1;
}
