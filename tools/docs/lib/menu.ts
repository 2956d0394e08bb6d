import type { DefaultTheme } from "vitepress";
import type { ApiEntry } from "./entry-points.js";
import type { SitePackage } from "./find-packages.js";
import type { Guide } from "./guides.js";

type Item = DefaultTheme.SidebarItem;

/** What the menus are made of. */
export interface MenuParts {
  guides: readonly Guide[];
  packages: readonly SitePackage[];
  api: readonly ApiEntry[];
}

const group = (text: string, items: Item[], collapsed?: boolean): Item => ({
  text,
  items,
  ...(collapsed !== undefined && { collapsed }),
});

/** The menu at the side, the same on every page. */
export function createSidebar({ guides, packages, api }: MenuParts): Item[] {
  const groups = [...new Set(guides.map((guide) => guide.group))];
  const link = ({ shortName }: SitePackage) => ({
    text: shortName,
    link: `/packages/${shortName}/`,
  });
  const variants = packages.filter(({ isVariant }) => isVariant);
  const modules = [...new Set(api.map(({ page }) => page.split("/")[0] as string))];
  return [
    ...groups.map((name) =>
      group(
        name,
        guides
          .filter((guide) => guide.group === name)
          .map((guide) => ({ text: guide.title, link: `/guides/${guide.name}` })),
      ),
    ),
    group("Variants", variants.map(link)),
    group("Parts", [
      ...packages.filter(({ isVariant }) => !isVariant).map(link),
      { text: "benchmarks", link: "/benchmarks/" },
      { text: "contributing", link: "/contributing" },
    ]),
    group(
      "Commands",
      packages
        .filter(({ bin }) => bin !== undefined)
        .map(({ bin }) => ({ text: bin as string, link: `/reference/cli/${bin}` })),
      true,
    ),
    group(
      "Configuration",
      variants.map(({ shortName }) => ({ text: shortName, link: `/reference/config/${shortName}` })),
      true,
    ),
    group(
      "API",
      modules.map((name) =>
        group(
          name,
          api
            .filter(({ page }) => page.split("/")[0] === name)
            .map(({ page }) => ({ text: page, link: `/reference/api/${page}` })),
          true,
        ),
      ),
      true,
    ),
    { text: "Error messages", link: "/reference/errors" },
  ];
}
