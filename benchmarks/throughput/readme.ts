/**
 * Writes the tables of throughput and learning into the READMEs of the variants and of this folder, from
 * results/throughput.json and results/learning.json:
 *
 *     pnpm --filter @gan/benchmarks readme
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatLearning, type LearningRow } from "../learning/format-learning.js";
import { formatTable } from "./format-table.js";
import { readRows, type ThroughputRow } from "./rows.js";

/** READMEs with such a table, and whose rows it shows. */
export const readmes: readonly { path: string; gan?: string }[] = [
  { path: "benchmarks/README.md" },
  ...["dcgan", "cgan", "pix2pix", "cyclegan", "progan", "stylegan-lite"].map((gan) => ({
    path: `packages/${gan}/README.md`,
    gan,
  })),
];

/** A README with a section's table made anew. @throws RangeError where it has no place for it. */
export function renderSection(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name}: from benchmarks/results -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new RangeError(`a README lacks "${begin}" or "${end}"`);
  return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}

/** A README of {@link readmes} with its tables made anew. */
export function renderReadme(text: string, gan: string | undefined): string {
  const rows = readRows(fileAt("benchmarks/results/throughput.json")).filter(
    (row: ThroughputRow) => gan === undefined || row.gan === gan,
  );
  const withSpeed = renderSection(
    text,
    "throughput",
    rows.length === 0 ? "Not measured yet." : formatTable(rows),
  );
  const learning = fileAt("benchmarks/results/learning.json");
  const learned = (
    existsSync(learning) ? (JSON.parse(readFileSync(learning, "utf8")) as LearningRow[]) : []
  ).find((row) => row.gan === gan);
  return learned === undefined ? withSpeed : renderSection(withSpeed, "learning", formatLearning(learned));
}

/** The address of a file of the repository. */
export const fileAt = (path: string) => new URL(`../../${path}`, import.meta.url);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, gan } of readmes) {
    writeFileSync(fileAt(path), renderReadme(readFileSync(fileAt(path), "utf8"), gan));
  }
}
