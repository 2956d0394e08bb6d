/**
 * Writes src/counts.ts: the pictures in the parts of every set. Run it where every set is installed; those
 * that are not are named and keep their numbers.
 */
import { writeFile } from "node:fs/promises";
import type { OpenedDataset } from "@gan/core/cli";
import { counts } from "../src/counts.js";
import { datasets } from "../src/index.js";

const measured: Record<string, { train: number; test: number }> = { ...counts };

function countPictures(opened: OpenedDataset): number {
  if (opened.kind === "images") return opened.images.count;
  return opened.kind === "pairs" ? opened.input.count : opened.a.count;
}

for (const { name } of datasets.descriptions) {
  if (name === "image-folder" || name === "cifar10") continue; // Their files decide.
  if (!datasets.isInstalled(name)) {
    console.log(`${name} is not installed`);
    continue;
  }
  const train = countPictures(await datasets.open(name, { split: "train" }));
  const test = countPictures(await datasets.open(name, { split: "test" }));
  measured[name] = { train, test };
  console.log(name, train, test);
}

const format = (count: number) => String(count).replaceAll(/\B(?=(\d{3})+$)/g, "_");
const lines = Object.entries(measured).map(([name, { train, test }]) => {
  const key = /^\w+$/.test(name) ? name : `"${name}"`;
  return `  ${key}: { train: ${format(train)}, test: ${format(test)} },\n`;
});
const text = `/** Pictures in the parts of each set, by its name; \`scripts/count.ts\` writes this file. */
export const counts: Readonly<Record<string, { train: number; test: number }>> = {
${lines.join("")}};
`;
await writeFile(new URL("../src/counts.ts", import.meta.url), text);
