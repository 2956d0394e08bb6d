import type { CommandLine } from "./extract-blocks.js";

/** What a command of a README runs as, with its budgets cut. */
export interface PlannedRun {
  /** Of the program `gan-…`, without its name. */
  words: string[];
  /** Files and folders that must be there first, relative to the working folder, by what they hold. */
  needs: { path: string; kind: "picture" | "pictures" | "data" | "labels" | "run" }[];
}

/** Commands that open a server, wait for a person, or fetch. */
const notHere: Readonly<Record<string, string>> = {
  "metrics quiz": "it waits for people",
  "metrics fetch": "it downloads",
};
/** Networks whose weights are fetched, by the option that asks for them. */
const fetched = new Set(["--extractor inception", "--network alex", "--network vgg", "--path-network vgg16"]);
/** Options whose values are made smaller, or such as a tiny run has: its classes are digits. */
const cuts: Readonly<Record<string, string>> = {
  "--class": "1",
  "--count": "8",
  "--interpolate": "2",
  "--steps": "2",
  "--paths": "4",
  "--diversity": "4",
};
const outputs = new Set(["--out", "--features", "--csv"]);
const isPicture = /\.(?:png|jpe?g|webp)$/;

/**
 * How a command runs on fixtures: `train` plans and takes no steps, pictures and runs that it reads are made first, large
 * numbers become small.
 *
 * @param run Folder of a tiny run, which stands for any that is named.
 * @returns The reason where it cannot run here.
 */
export function planRun({ words }: Pick<CommandLine, "words">, run: string): PlannedRun | string {
  const [command = "", second = ""] = words;
  const reason = notHere[command] ?? notHere[`${command} ${second}`];
  if (reason !== undefined) return reason;
  if (words.includes("…")) return "it stands for others";
  if (words.some((word, index) => word === "--backend" && words[index + 1]?.startsWith("tfjs-node")))
    return "tfjs-node is built by hand";
  if (words.some((word, index) => fetched.has(`${word} ${words[index + 1]}`)))
    return "its network is fetched";
  const planned: string[] = [];
  const needs: PlannedRun["needs"] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    const value = words[index + 1];
    if (word === "--from" || /^runs\//.test(word)) {
      const isOption = word === "--from";
      needs.push({ path: run, kind: "run" });
      planned.push(...(isOption ? [word, run] : [run]));
      if (isOption) index += 1;
    } else if (outputs.has(word) && value !== undefined) {
      planned.push(word, value);
      index += 1;
    } else if (word in cuts && value !== undefined) {
      // A grid has pictures of every class, and what lies between two classes, written 3:8, so many in each row.
      const isBetween = words[words.indexOf("--interpolate") + 1]?.includes(":") === true;
      const isWhole = word === "--count" ? isBetween || words.includes("--grid") : value.includes(":");
      planned.push(word, isWhole ? value : (cuts[word] as string));
      index += 1;
    } else if (word === "--best") {
      // A tiny run measures nothing while it trains, so that none of its checkpoints is the best.
    } else {
      const labels = /^data\.labels=(.+)$/.exec(word)?.[1];
      if (labels !== undefined) needs.push({ path: labels, kind: "labels" });
      if (isPicture.test(word)) needs.push({ path: word, kind: "picture" });
      else if (words[index - 1] === "--data" && /[./]/.test(word)) needs.push({ path: word, kind: "data" });
      else if (!word.startsWith("-") && word.endsWith("/")) needs.push({ path: word, kind: "pictures" });
      planned.push(word);
    }
  }
  if (command === "train") planned.push("--dry-run", "--no-measure");
  if (command === "train-encoder") planned.push("--images", "64");
  return { words: planned, needs };
}
