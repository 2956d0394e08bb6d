import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** What a link of a Markdown file of the repository becomes in the site. */
export interface RewrittenLink {
  /** The new target; undefined where the site has no such place and only the text stays. */
  target: string | undefined;
  /** A file that must be copied to be there, relative to the repository. */
  copy?: string;
}

/** Files that a browser shows as they are. */
const shown = /\.(?:png|jpe?g|webp|svg|json)$/;

/**
 * Says where a link leads in the site, whose pages stand as their files do in the repository: READMEs become
 * `index.md` of their folder, guides move to `guides/`, pictures and results are copied.
 *
 * @param root The repository.
 * @param file The Markdown file, relative to the repository.
 * @param link As it stands in the file.
 */
export function rewriteLink(root: string, file: string, link: string): RewrittenLink {
  if (/^(?:[a-z]+:|#|\/)/i.test(link)) return { target: link };
  const [path = "", anchor] = link.split("#");
  const place = resolve(root, dirname(file), path);
  const inside = relative(root, place).replaceAll("\\", "/");
  if (inside.startsWith("..") || !existsSync(place)) {
    throw new RangeError(`${file} links to ${link}, which is not in the repository`);
  }
  const withAnchor = (page: string) => `${page}${anchor === undefined ? "" : `#${anchor}`}`;
  const page = pageOf(root, inside);
  if (page !== undefined) return { target: withAnchor(`/${page}`) };
  if (shown.test(inside)) return { target: `/${inside}`, copy: inside };
  return { target: undefined };
}

/** The page that a file or folder of the repository becomes, or undefined. */
export function pageOf(root: string, inside: string): string | undefined {
  const isFolder = statSync(join(root, inside)).isDirectory();
  const file = isFolder ? join(inside, "README.md") : inside;
  if (!existsSync(join(root, file))) return undefined;
  if (file === "README.md") return "guides/getting-started.md";
  if (/^packages\/[^/]+\/README\.md$/.test(file)) {
    return `${dirname(file)}/index.md`;
  }
  if (/^packages\/[^/]+\/weights\/[^/]+\/card\.md$/.test(file)) return file;
  if (file === "benchmarks/README.md") return "benchmarks/index.md";
  if (file === "CONTRIBUTING.md") return "contributing.md";
  const guide = /^tools\/docs\/(guides\/.*\.md)$/.exec(file);
  return guide?.[1];
}

/** Links and pictures: `[text](target)`, `![text](target)`; code is passed over. */
const pattern = /(```[\s\S]*?```|`[^`\n]*`)|(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g;

/**
 * A Markdown file of the repository as a page of the site.
 *
 * @returns Its text, and the files that it shows, relative to the repository.
 */
export function rewriteMarkdown(
  root: string,
  file: string,
  text: string,
): { text: string; copies: string[] } {
  const copies: string[] = [];
  const rewritten = text.replaceAll(pattern, (whole, code, picture, words: string, link: string) => {
    if (code !== undefined) return whole;
    const { target, copy } = rewriteLink(root, file, link);
    if (copy !== undefined) copies.push(copy);
    if (target === undefined) {
      const path = relative(root, resolve(root, dirname(file), link.split("#")[0] as string));
      const said = `\`${path.replaceAll("\\", "/")}\``;
      return words.replaceAll("`", "") === said.replaceAll("`", "") ? said : `${words} (${said})`;
    }
    return `${picture}[${words}](${target})`;
  });
  return { text: rewritten, copies };
}
