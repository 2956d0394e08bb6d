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

/** Code, passed over; comments and the HTML that pages use; links and pictures: `[text](target)`, `![text](target)`. */
const pattern =
  /(```[\s\S]*?```|(?<!`)(`+)(?!`)(?:(?!\n\s*\n)[\s\S])*?(?<!`)\2(?!`)|<!--[\s\S]*?-->)|(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g;
/** What looks like a tag and is none that a page uses: `<name>`, which Markdown and Vue would take for HTML. */
const placeholder = /<(?!\/?(?:a|br|details|img|kbd|sub|summary|sup)\b|[a-z][a-z0-9+.-]*:)(?=\/?[a-z])/gi;

/**
 * A Markdown file of the repository as a page of the site. Names in angle brackets stay text, also where one begins a line.
 *
 * @returns Its text, and the files that it shows, relative to the repository.
 */
export function rewriteMarkdown(
  root: string,
  file: string,
  text: string,
): { text: string; copies: string[] } {
  const copies: string[] = [];
  const rewriteOne = (picture: string, words: string, link: string) => {
    const { target, copy } = rewriteLink(root, file, link);
    if (copy !== undefined) copies.push(copy);
    if (target !== undefined) return `${picture}[${escapeTags(words)}](${target})`;
    const path = relative(root, resolve(root, dirname(file), link.split("#")[0] as string));
    const said = `\`${path.replaceAll("\\", "/")}\``;
    return words.replaceAll("`", "") === said.replaceAll("`", "") ? said : `${escapeTags(words)} (${said})`;
  };
  let rewritten = "";
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, code, , picture = "", words = "", link = ""] = match;
    rewritten += escapeTags(text.slice(end, match.index));
    end = match.index + whole.length;
    if (code === undefined) rewritten += rewriteOne(picture, words, link);
    // A span of code is one line, so that none begins with a tag.
    else
      rewritten +=
        code.startsWith("```") || code.startsWith("<!--") ? code : code.replaceAll(/\s*\n\s*/g, " ");
  }
  return { text: rewritten + escapeTags(text.slice(end)), copies };
}

/** Text whose placeholders are no HTML; spans of code in it stay as they are. */
const escapeTags = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(placeholder, "&lt;")))
    .join("");
