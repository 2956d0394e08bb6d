import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a new variant is called and where it comes from. */
export interface NewVariant {
  /** Kebab-case, of the package and the command: `@gan/sagan`, `gan-sagan`. */
  name: string;
  /** Of the paper, or of the method: `Self-attention GAN`. */
  title: string;
  /** Who wrote it, and when: `Zhang et al. 2018`. */
  authors: string;
  /** Of the paper. */
  url: string;
}

const template = join(import.meta.dirname, "template");
/** These would be taken for the repository's own, were they called by their names within the template. */
const suffix = ".template";

/**
 * Writes a package that trains, and everything that tells the repository of it: the reference of the root's
 * tsconfig.json, the root README's row, a dependency of the benchmarks and a changeset.
 *
 * @param root Of the repository.
 * @returns The written files, relative to the root.
 * @throws RangeError when the name cannot be one, or is taken.
 */
export function scaffoldVariant(root: string, variant: NewVariant): string[] {
  const { name, title, authors } = variant;
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
    throw new RangeError(`the name must be in kebab-case, such as sagan or stylegan-lite, got ${name}`);
  }
  const folder = join("packages", name);
  if (existsSync(join(root, folder))) throw new RangeError(`${folder} exists already; choose another name`);
  const files = new Map<string, string>();
  for (const entry of readdirSync(template, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const place = join(folder, rename(source.slice(template.length + 1), name).replace(suffix, ""));
    const text = rename(readFileSync(source, "utf8"), name).replace(
      /\{\{(title|authors|url)\}\}/g,
      (_, key: keyof NewVariant) => variant[key],
    );
    files.set(place, text);
  }
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  files.set("tsconfig.json", addReference(read("tsconfig.json"), folder));
  files.set("benchmarks/package.json", addDevDependency(read("benchmarks/package.json"), `@gan/${name}`));
  files.set("README.md", addRow(read("README.md"), name, `${title} (${authors})`));
  files.set(
    `.changeset/${name}-variant.md`,
    `---\n"@gan/${name}": minor\n---\n\n\`@gan/${name}\`: ${title} (${authors}), with \`gan-${name}\` to train it and make pictures.\n`,
  );
  // Nothing is written before all is known.
  for (const [file, text] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return [...files.keys()].sort();
}

/** The template's names, `Example`, `exampleConfigSchema` and `example`, replaced by those of the variant. */
function rename(text: string, name: string): string {
  const camel = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const pascal = `${camel[0]?.toUpperCase()}${camel.slice(1)}`;
  return text
    .replaceAll("Example", pascal)
    .replaceAll("exampleConfigSchema", `${camel}ConfigSchema`)
    .replace(/\bexample\b/g, name);
}

/** The root's tsconfig.json with one more project, in the order of the alphabet. */
export function addReference(text: string, path: string): string {
  const config = JSON.parse(text) as { references: { path: string }[] };
  const references = [...config.references, { path: path.replaceAll("\\", "/") }];
  references.sort((a, b) => a.path.localeCompare(b.path));
  const lines = references.map((one) => `    { "path": "${one.path}" }`);
  return text.replace(/"references": \[[^\]]*\]/, `"references": [\n${lines.join(",\n")}\n  ]`);
}

/** A package.json with one more of our packages to develop with, in the order of the alphabet. */
export function addDevDependency(text: string, name: string): string {
  const manifest = JSON.parse(text) as { devDependencies?: Record<string, string> };
  const all = Object.entries({ ...manifest.devDependencies, [name]: "workspace:*" });
  all.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ ...manifest, devDependencies: Object.fromEntries(all) }, null, 2)}\n`;
}

const notVariants = /^(?:backend-ort|core|datasets|extractor-.+|test-kit)$/;

/** The root README with one more variant in its table of packages, in the order of the alphabet. */
export function addRow(text: string, name: string, what: string): string {
  const rows = [...text.matchAll(/^\| \[`@gan\/([^`]+)`\]\(packages\/.*\|$/gm)]
    .map(([row, other = ""]) => ({ row, other }))
    .filter(({ other }) => !notVariants.test(other));
  const line = `| [\`@gan/${name}\`](packages/${name}) | ${what} | yes |`;
  const before = rows.findLast(({ other }) => other < name);
  if (before !== undefined) return text.replace(before.row, `${before.row}\n${line}`);
  const after = rows[0];
  if (after === undefined) throw new RangeError("the README has no table of packages");
  return text.replace(after.row, `${line}\n${after.row}`);
}
