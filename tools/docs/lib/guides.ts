import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { guidesFolder } from "./places.js";

/** A guide that people wrote. */
export interface Guide {
  /** Its file's name without `.md`. */
  name: string;
  title: string;
  /** Under which heading of the menu it stands. */
  group: string;
  /** Its place there. */
  order: number;
  text: string;
}

/** The lines between `---` at the top of a Markdown file, as texts by key. */
export function readFrontmatter(text: string): Record<string, string> {
  const head = /^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? "";
  return Object.fromEntries(
    head.split("\n").flatMap((line) => {
      const [, key, value] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
      return key === undefined ? [] : [[key, (value as string).replace(/^"(.*)"$/, "$1")]];
    }),
  );
}

/** All guides in the order of the menu. */
export function readGuides(folder = guidesFolder): Guide[] {
  const guides = readdirSync(folder)
    .filter((file) => file.endsWith(".md"))
    .map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const { title, group, order } = readFrontmatter(text);
      if (title === undefined || group === undefined || !Number.isFinite(Number(order))) {
        throw new RangeError(`guides/${file} needs title, group and order between --- at its top`);
      }
      return { name: file.replace(/\.md$/, ""), title, group, order: Number(order), text };
    });
  return guides.sort((one, other) => one.order - other.order);
}
