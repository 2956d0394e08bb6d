import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";

/** A link of the built site that leads nowhere. */
export interface DeadLink {
  page: string;
  link: string;
  reason: "no such page or file" | "no such place on the page";
}

/** Every HTML file below a folder, relative to it. */
export function listHtml(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".html"))
    .map((file) => file.replaceAll("\\", "/"));
}

const decode = (text: string) =>
  decodeURIComponent(text.replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("&quot;", '"'));

const readIds = (html: string) =>
  new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id as string));

/** What a page leads to or shows, inside of the site. */
function readLinks(html: string): string[] {
  const body = html.slice(html.indexOf("<body"));
  const links = [...body.matchAll(/\s(?:href|src)="([^"]+)"/g)].map(([, link]) => link as string);
  return [...new Set(links)].filter((link) => !/^(?:[a-z][a-z+.-]*:|\/\/|data:)/i.test(link));
}

/**
 * Follows every link of a built site to its page, file and anchor, which VitePress's own check of dead links leaves out.
 *
 * @param base The path that the site is served under, `/` at both ends.
 */
export function findDeadLinks(folder: string, base = "/"): DeadLink[] {
  const ids = new Map<string, ReadonlySet<string>>();
  const idsOf = (file: string) => {
    const known = ids.get(file) ?? readIds(readFileSync(file, "utf8"));
    ids.set(file, known);
    return known;
  };
  return listHtml(folder).flatMap((page) => {
    const html = readFileSync(join(folder, page), "utf8");
    return readLinks(html).flatMap((link): DeadLink[] => {
      const [path = "", anchor] = decode(link).split("#");
      const file =
        path === "" ? join(folder, page) : locate(folder, page, path.split("?")[0] as string, base);
      if (file === undefined) return [{ page, link, reason: "no such page or file" }];
      if (!anchor || !file.endsWith(".html") || idsOf(file).has(anchor)) return [];
      return [{ page, link, reason: "no such place on the page" }];
    });
  });
}

/** The file behind a path as a server would find it. */
function locate(folder: string, page: string, path: string, base: string): string | undefined {
  const inside = path.startsWith(base)
    ? path.slice(base.length)
    : path.startsWith("/")
      ? undefined
      : posix.join(dirname(page).replaceAll("\\", "/"), path);
  if (inside === undefined) return undefined;
  const place = join(folder, inside);
  if (relative(folder, place).startsWith("..")) return undefined;
  const tries = [place, `${place}.html`, join(place, "index.html")];
  return tries.find((file) => existsSync(file) && statSync(file).isFile());
}
