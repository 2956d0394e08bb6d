import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeApiPages } from "./api-pages.js";
import { writeCliPage } from "./cli-pages.js";
import { type JsonSchema, readConfigDocs, writeConfigPage } from "./config-pages.js";
import { type ApiEntry, listApiEntries } from "./entry-points.js";
import { readErrors } from "./error-messages.js";
import { writeErrorPage } from "./error-page.js";
import { describeProgram, findPackages, type SitePackage } from "./find-packages.js";
import { readGuides } from "./guides.js";
import { createSidebar } from "./menu.js";
import { listSources } from "./package-files.js";
import { type Page, writePages } from "./pages.js";
import { guidesFolder, pagesFolder, repository } from "./places.js";
import { rewriteMarkdown } from "./rewrite-links.js";

/** What a build of the pages came to. */
export interface AssembledSite {
  pages: number;
  /** Links in doc comments that lead nowhere. */
  warnings: readonly string[];
}

/** Writes everything that VitePress shows: pages, pictures and the menu. */
export async function assembleSite(): Promise<AssembledSite> {
  rmSync(pagesFolder, { recursive: true, force: true });
  const packages = findPackages();
  const guides = readGuides();
  const core = packages.find(({ shortName }) => shortName === "core") as SitePackage;
  const entries = listApiEntries();
  const pages: Page[] = [
    ...copyMarkdown("CONTRIBUTING.md", "contributing.md"),
    ...copyMarkdown("benchmarks/README.md", "benchmarks/index.md"),
    ...guides.flatMap(({ name }) => copyMarkdown(`tools/docs/guides/${name}.md`, `guides/${name}.md`)),
    ...packages.flatMap((one) => writePackagePage(one, entries)),
    { path: "reference/errors.md", text: writeErrorPage(readErrors(repository, listSources(packages))) },
    { path: "index.md", text: writeHome(packages) },
  ];
  const api = await writeApiPages(join(repository, "tools/docs/tsconfig.api.json"), entries);
  for (const one of packages.filter(({ bin }) => bin !== undefined)) {
    const { command, config } = await describeProgram(one);
    pages.push({ path: `reference/cli/${one.bin}.md`, text: writeCliPage(command, one.name) });
    if (config === undefined) continue;
    const docs = readConfigDocs(api.program, one, core);
    pages.push({
      path: `reference/config/${one.shortName}.md`,
      text: writeConfigPage(one, config as JsonSchema, docs),
    });
  }
  writePages(pages);
  const menu = createSidebar({ guides, packages, api: entries });
  writeFileSync(join(pagesFolder, "menu.json"), JSON.stringify(menu, null, 2));
  return { pages: pages.length + entries.length, warnings: api.warnings };
}

/** A Markdown file of the repository as a page; the pictures that it shows are copied. */
function copyMarkdown(file: string, path: string): Page[] {
  const { text, copies } = rewriteMarkdown(repository, file, readFileSync(join(repository, file), "utf8"));
  for (const copy of copies) {
    const place = join(pagesFolder, "public", copy);
    mkdirSync(dirname(place), { recursive: true });
    cpSync(join(repository, copy), place);
  }
  return [{ path, text }];
}

/** A package's README with the ways to its reference. */
function writePackagePage(
  { name, shortName, bin, isVariant, weights }: SitePackage,
  entries: readonly ApiEntry[],
): Page[] {
  const [page] = copyMarkdown(`packages/${shortName}/README.md`, `packages/${shortName}/index.md`) as [Page];
  const ways = [
    ...(bin === undefined ? [] : [`[\`${bin}\`](/reference/cli/${bin}.md)`]),
    ...(isVariant ? [`[configuration](/reference/config/${shortName}.md)`] : []),
    ...entries
      .filter(({ specifier }) => specifier === name)
      .slice(0, 1)
      .map(({ page }) => `[API](/reference/api/${page}.md)`),
  ];
  const cards = weights.map((preset) => `packages/${shortName}/weights/${preset}/card.md`);
  const links = weights.map((preset, index) => `[${preset}](/${cards[index]})`);
  const [title, ...rest] = page.text.split("\n");
  const head = `Reference: ${ways.join(", ")}${links.length > 0 ? `. Trained weights: ${links.join(", ")}` : ""}`;
  return [
    { ...page, text: `${title}\n\n${head}\n${rest.join("\n")}` },
    ...cards.flatMap((card) => copyMarkdown(card, card)),
  ];
}

/** The first page: from `guides/home.html`-like front matter with the variants that there are. */
function writeHome(packages: readonly SitePackage[]): string {
  const head = readFileSync(join(guidesFolder, "..", "home.md"), "utf8");
  const rows = packages
    .filter(({ isVariant }) => isVariant)
    .map(
      ({ shortName, description }) => `| [${shortName}](/packages/${shortName}/index.md) | ${description} |`,
    );
  const table = ["| variant | what it is |", "| --- | --- |", ...rows].join("\n");
  return head.replace("<!-- variants -->", table);
}
