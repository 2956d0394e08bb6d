import type { PlannedRun } from "./plan-run.js";

/** What a program of a README runs as, with its budgets cut. */
export interface PlannedProgram {
  text: string;
  needs: PlannedRun["needs"];
}

/** Images of a step of a training whose batches the program does not name. */
const defaultBatch = 128;
/** Images of a step otherwise, at most: the folders that are made hold a few. */
const largestBatch = 8;

/**
 * How a program runs on fixtures: trainings end after a step, and what it reads is made first. Folders of pictures are
 * what `imageFolder`, or a helper that takes a `folder`, is given; runs what a `load…` is.
 *
 * @param run Folder of a tiny run, which stands for any that is read.
 */
export function planProgram(text: string, run: string): PlannedProgram {
  const needs: PlannedRun["needs"] = [];
  const opens = [
    "imageFolder",
    ...[...text.matchAll(/const (\w+) = async \(folder: string\)/g)].map(([, name]) => name as string),
  ];
  for (const [, path] of text.matchAll(new RegExp(`\\b(?:${opens.join("|")})\\("([^"]+)"`, "g"))) {
    needs.push({ path: path as string, kind: "data" });
  }
  for (const [, path] of text.matchAll(/\bopenPicture\("([^"]+)"/g)) {
    needs.push({ path: path as string, kind: "picture" });
  }
  const given = /\bbatchSize: (\d+)/.exec(text)?.[1];
  const batchSize = Math.min(Number(given), largestBatch);
  const totalImages = given === undefined ? defaultBatch : batchSize;
  const cuts: Readonly<Record<string, number>> = { batchSize, totalImages, steps: 2 };
  const cut = text
    .replaceAll(/\b(load\w+\()"runs\/[^"]+"/g, (_, call: string) => {
      needs.push({ path: run, kind: "run" });
      return `${call}"${run}"`;
    })
    .replaceAll(/\b(\w+): [\d_]+\b/g, (whole, name: string) =>
      name in cuts ? `${name}: ${cuts[name]}` : whole,
    );
  return { text: `${cut}\nexport {};\n`, needs };
}
