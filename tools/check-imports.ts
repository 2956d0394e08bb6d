import { readdirSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { importRules } from "./import-rules.js";

/** What a check found. */
export interface ImportCheck {
  /** How many source files were read. */
  files: number;
  /** One line per violation: rule, importing file, imported file, the rule in words. */
  violations: string[];
}

/**
 * Checks every import of the packages' sources against the rules of import-rules.ts.
 * @param root folder that holds packages/, absolute
 */
export async function checkImports(root: string): Promise<ImportCheck> {
  const files = listSources(root);
  const { output } = await cruise(
    files,
    {
      baseDir: root,
      ruleSet: importRules,
      validate: true,
      tsPreCompilationDeps: true, // type-only imports count
      doNotFollow: { path: ["(?:^|/)node_modules/", "^packages/[^/]+/dist/"] },
    },
    {
      // Our packages resolve to their dist folders, which need not be built.
      conditionNames: ["types", "import", "node", "default"],
      extensions: [".ts", ".tsx", ".d.ts", ".js", ".mjs", ".cjs", ".json"],
    },
  );
  return {
    files: files.length,
    violations: (output as ICruiseResult).summary.violations.map(
      ({ rule, from, to, comment }) => `${rule.name}: ${from} → ${to}${comment ? ` (${comment})` : ""}`,
    ),
  };
}

/** Every source file of every package, relative to root, in any folder that is not built or installed. */
function listSources(root: string): string[] {
  const built = new Set(["node_modules", "dist", "fixtures"]);
  const visit = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return built.has(entry.name) || entry.name.startsWith(".") ? [] : visit(path);
      return /\.[cm]?[jt]s$/.test(entry.name) ? [relative(root, path).split(sep).join("/")] : [];
    });
  return visit(join(root, "packages"));
}

async function main(): Promise<void> {
  const { files, violations } = await checkImports(resolve(import.meta.dirname, ".."));
  for (const violation of violations) console.error(violation);
  console.log(`${files} files, ${violations.length} forbidden imports`);
  if (violations.length > 0 || files === 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
