import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitepress";

const menuFile = join(import.meta.dirname, "..", "generated", "menu.json");
const sidebar = existsSync(menuFile) ? JSON.parse(readFileSync(menuFile, "utf8")) : [];

/** Headings' anchors as GitHub makes them, so that one link serves in the repository and on the site. */
const slugify = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");

export default defineConfig({
  title: "@gan",
  description: "Train, measure and ship GANs from TypeScript",
  srcDir: "generated",
  outDir: "dist",
  cacheDir: ".vitepress/cache",
  lastUpdated: false,
  markdown: { math: true, anchor: { slugify }, lineNumbers: false },
  themeConfig: {
    sidebar,
    nav: [
      { text: "Start", link: "/guides/getting-started" },
      { text: "Concepts", link: "/guides/the-game" },
      { text: "Errors", link: "/guides/troubleshooting" },
    ],
    outline: [2, 3],
    search: { provider: "local" },
  },
});
