import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Application } from "typedoc";
import type ts from "typescript";
import { type ApiEntry, listSourcePaths } from "./entry-points.js";
import { pagesFolder, repository } from "./places.js";

/** The API reference as it was written. */
export interface WrittenApi {
  /** The checked sources, for whatever else is read from them. */
  program: ts.Program;
  /** Links in doc comments that TypeDoc cannot follow. */
  warnings: readonly string[];
}

/** Where the pages go. */
export const apiFolder = join(pagesFolder, "reference", "api");

/**
 * Writes the API reference from the doc comments, one page for each entry.
 *
 * @throws Error when the sources do not compile or the pages cannot be written.
 */
export async function writeApiPages(tsconfig: string, entries: readonly ApiEntry[]): Promise<WrittenApi> {
  const app = await Application.bootstrapWithPlugins({
    entryPoints: entries.map(({ file }) => file),
    tsconfig,
    basePath: repository,
    compilerOptions: { paths: listSourcePaths() },
    plugin: ["typedoc-plugin-markdown"],
    out: apiFolder,
    router: "module",
    entryFileName: "index",
    readme: "none",
    name: "API",
    githubPages: false,
    disableSources: true,
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
    excludeReferences: true,
    sort: ["source-order"],
    hideBreadcrumbs: true,
    hidePageHeader: true,
    hideGroupHeadings: false,
    useCodeBlocks: true,
    sanitizeComments: true,
    useHTMLAnchors: true,
    anchorPrefix: "api-",
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    classPropertiesFormat: "table",
    typeDeclarationFormat: "table",
    enumMembersFormat: "table",
    tableColumnSettings: { hideSources: true, hideModifiers: true, hideInherited: true, hideOverrides: true },
    logLevel: "Warn",
    validation: { invalidLink: true, notExported: false, notDocumented: false },
  } as Parameters<typeof Application.bootstrapWithPlugins>[0]);
  const warnings: string[] = [];
  const { warn } = app.logger;
  app.logger.warn = (message: string, ...rest: never[]) => {
    // A shape such as `[size, size]: row i` looks like a link's target to it.
    if (/^The relative path/.test(message)) return;
    if (/link/i.test(message)) warnings.push(message);
    return (warn as (text: string, ...more: never[]) => void).call(app.logger, message, ...rest);
  };
  const points = app.getEntryPoints() ?? [];
  const program = points[0]?.program;
  if (program === undefined) throw new Error("TypeDoc finds no sources; its messages are above.");
  for (const point of points) {
    const entry = entries.find(({ file }) => point.sourceFile.fileName === file.replaceAll("\\", "/"));
    point.displayName = (entry as ApiEntry).page;
  }
  const project = app.converter.convert(points);
  app.validate(project);
  rmSync(apiFolder, { recursive: true, force: true });
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error("TypeDoc could not write its pages; its messages are above.");
  for (const entry of entries) mendPage(entry);
  return { program, warnings };
}

/** Of a page without names of its own. */
const handsOn =
  "Hands on what other packages give and has no names of its own: so one package is all that a program installs.";

/** Gives a page its title and how its names are imported. */
function mendPage({ page, specifier }: ApiEntry): void {
  const file = join(apiFolder, `${page}.md`);
  if (!existsSync(file)) {
    const written = readdirSync(apiFolder, { recursive: true }).join(", ");
    throw new Error(`TypeDoc wrote no ${relative(apiFolder, file)}, only ${written}`);
  }
  const written = readFileSync(file, "utf8").replace(/^# .*\n/, "");
  const body = written.trim() === "" ? `\n${handsOn}\n` : written;
  const head = `---\ntitle: ${page}\neditLink: false\noutline: [2, 3]\n---\n\n# ${page}\n\n\`\`\`ts\nimport { … } from "${specifier}";\n\`\`\`\n`;
  writeFileSync(file, `${head}${body}`);
}
