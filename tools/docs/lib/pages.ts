import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pagesFolder } from "./places.js";

/** A page that is to be written. */
export interface Page {
  /** Where in the site, such as `reference/errors.md`. */
  path: string;
  text: string;
}

/** Writes pages below VitePress's source folder. */
export function writePages(pages: readonly Page[]): void {
  for (const { path, text } of pages) {
    const file = join(pagesFolder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Text within a cell of a table: one line, nothing that Markdown or Vue would read as theirs. */
export function escapeCell(text: string): string {
  return escapeText(text)
    .replaceAll("|", "\\|")
    .replaceAll(/\s*\n\s*/g, " ");
}

/** Text in a paragraph, without HTML. */
export function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("{{", "&#123;&#123;")
    .replaceAll("*", "\\*")
    .replaceAll("_", "\\_");
}

/** Code within a cell of a table, braces and bars included. */
export function codeCell(text: string): string {
  const html = text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("|", "&#124;")
    .replaceAll("*", "&#42;")
    .replaceAll("_", "&#95;")
    .replaceAll("`", "&#96;")
    .replaceAll(/\s*\n\s*/g, " ");
  return `<code v-pre>${html}</code>`;
}
