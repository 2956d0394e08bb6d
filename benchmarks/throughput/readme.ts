/**
 * Writes the tables of throughput into the READMEs of the variants and of this folder, from results/throughput.json:
 *
 *     pnpm --filter @gan/benchmarks readme
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatTable } from "./format-table.js";
import { readRows, type ThroughputRow } from "./rows.js";

const [begin, end] = ["<!-- throughput: from benchmarks/results -->", "<!-- end of throughput -->"];

/** READMEs with such a table, and whose rows it shows. */
export const readmes: readonly { path: string; gan?: string }[] = [
  { path: "benchmarks/README.md" },
  ...["dcgan", "cgan", "pix2pix", "cyclegan", "progan", "stylegan-lite"].map((gan) => ({
    path: `packages/${gan}/README.md`,
    gan,
  })),
];

/** A README with its table made anew. @throws RangeError where it has no place for it. */
export function renderReadme(text: string, rows: readonly ThroughputRow[]): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new RangeError(`a README lacks "${begin}" or "${end}"`);
  return `${text.slice(0, from + begin.length)}\n\n${rows.length === 0 ? "Not measured yet." : formatTable(rows)}\n\n${text.slice(to)}`;
}

/** The address of a file of the repository. */
export const fileAt = (path: string) => new URL(`../../${path}`, import.meta.url);

export const readResults = (): ThroughputRow[] => readRows(fileAt("benchmarks/results/throughput.json"));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = readResults();
  for (const { path, gan } of readmes) {
    const own = rows.filter((row) => gan === undefined || row.gan === gan);
    writeFileSync(fileAt(path), renderReadme(readFileSync(fileAt(path), "utf8"), own));
  }
}
