import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { runProgram } from "../lib/run-program.mjs";
import { listPackages, root } from "../lib/workspace.mjs";

const git = (at: string, ...args: string[]) =>
  runProgram("git", args, { cwd: at, what: `git ${args[0]}`, remedy: "see what it printed" });

/**
 * A copy of this repository in which releases are tried: its files, what is built, and its packages linked to each
 * other, in a git repository of its own.
 *
 * @param folder Is made.
 */
export async function copyForRelease(folder: string): Promise<void> {
  const listed = await git(root, "ls-files", "--cached", "--others", "--exclude-standard", "-z");
  const needed = /^(?:packages|\.changeset|tools\/changelog\.cjs)|^[^/]+$/;
  for (const file of listed.split("\0").filter((name) => name !== "" && needed.test(name))) {
    cpSync(join(root, file), join(folder, file));
  }
  for (const { folder: source, manifest } of listPackages()) {
    const place = join(folder, "packages", basename(source));
    if (!source.startsWith(join(root, "packages"))) continue;
    // What earlier builds left of sources that are gone is not copied; pnpm release begins with an empty dist.
    const filter = (file: string) => hasSource(relative(join(source, "dist"), file), join(source, "src"));
    cpSync(join(source, "dist"), join(place, "dist"), { recursive: true, filter });
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (!name.startsWith("@gan/")) continue;
      const link = join(place, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join("..", "..", "..", name.slice("@gan/".length)), link, "junction");
    }
  }
  writeFileSync(join(folder, ".gitignore"), "node_modules/\ndist/\n");
  await git(folder, "init", "--quiet", "--initial-branch", "main");
  await git(folder, "config", "user.name", "Release test");
  await git(folder, "config", "user.email", "release-test@example.org");
  await commitAll(folder, "Start");
}

/** Whether a file of dist, or a folder, comes from the sources of today. */
function hasSource(file: string, sources: string): boolean {
  const stem = file.replace(/(?:\.d\.ts|\.js)(?:\.map)?$/, "");
  return stem === file || existsSync(join(sources, `${stem}.ts`));
}

/** Commits all there is. */
export async function commitAll(folder: string, message: string): Promise<void> {
  await git(folder, "add", "--all");
  await git(folder, "-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify", "-m", message);
}

/** The tags of the copy. */
export const listTags = async (folder: string): Promise<string[]> =>
  (await git(folder, "tag", "--list")).trim().split("\n");

/** Links of a text to files beside it that do not exist, or to headings that they lack. */
export function listDeadLinks(file: string, exists: (path: string) => boolean): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^https?:/.test(target))
    .filter((target) => {
      const [path = "", anchor] = target.split("#");
      const linked = join(dirname(file), path);
      return !exists(linked) || (anchor !== undefined && !listAnchors(linked).includes(anchor));
    });
}

/** Places of the headings of a Markdown file, as renderers name them. */
export const listAnchors = (file: string): string[] =>
  [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .trim()
      .replace(/\s/g, "-"),
  );
