import { describeBatches } from "@gan/core/cli";
import type { QualityRow } from "../../benchmarks/quality/rows.js";
import { formatTable } from "../readme-sections.js";
import type { RunDescription } from "./describe-run.js";
import type { Numbers, Report } from "./measure-weights.js";
import type { Figure, Recipe } from "./recipes.js";

/** Everything that a card tells. */
export interface CardContent {
  recipe: Recipe;
  run: RunDescription;
  report: Report;
  /** Bytes by the file's name. */
  sizes: Readonly<Record<string, number>>;
  /** Of this preset's comparison with PyTorch; empty where there is none. */
  quality: readonly QualityRow[];
  /** What people wrote: sections that begin with `## `. */
  notes: string;
}

const digits = (value: number | undefined) =>
  value === undefined ? "–" : String(Number(value.toPrecision(value < 0.1 ? 2 : 4)));
const whole = (value: number) => value.toLocaleString("en");

/** How far a figure came on the way from the untrained network's to the floor, as a share; undefined where not known. */
export function computeProgress({ path }: Figure, { shipped, untrained, floor }: Report): number | undefined {
  const [value, from, to] = [shipped[path], untrained[path], floor[path]];
  if (value === undefined || from === undefined || to === undefined || from === to) return undefined;
  return (from - value) / (from - to);
}

/** A preset's card as Markdown. */
export function formatCard(content: CardContent): string {
  const { recipe, run, report, sizes, notes } = content;
  const { config, chosen, hours, machine, images } = run;
  const main = recipe.figures[0] as Figure;
  const progress = computeProgress(main, report);
  const share =
    progress === undefined
      ? []
      : [
          `In ${main.title} it came ${(100 * progress).toFixed(1)} % of the way from the untrained network to the floor.`,
        ];
  const files = Object.entries(sizes).map(([name, bytes]) => `\`${name}\` ${(bytes / 1e6).toFixed(2)} MB`);
  return `${[
    `# @gan/${recipe.package}: ${recipe.preset}`,
    `Weights of the preset \`${recipe.preset}\`, 16-bit floats, averaged over training: ${files.join(", ")}.`,
    `![Samples over time](figure.webp)`,
    "The same noise, or the same input, down each column; at the left the images of training.",
    "## Training",
    formatTraining(content),
    "## Figures",
    `${describeConditions(report)} ${describeChoice(run)}`,
    formatFigures(recipe.figures, report, { best: chosen.images, last: images }),
    ...share,
    ...formatPeer(content),
    notes.trim(),
    "## Again",
    ["```", `pnpm train-pretrained ${recipe.package} ${recipe.preset}`, "```"].join("\n"),
    `It trains from scratch, or goes on where it was interrupted, and writes this folder anew, this page included: ${hours.toFixed(1)} hours on ${machine}, seed ${config.training.seed}. What is written here by hand comes from tools/pretrained/notes/${recipe.package}-${recipe.preset}.md.`,
  ].join("\n\n")}\n`;
}

function formatTraining({ recipe, run }: CardContent): string {
  const { config, images, hours, machine } = run;
  const rows: [string, string][] = [
    ["data", config.data.name ?? "a folder"],
    [
      "images",
      images < config.training.totalImages - config.training.batchSize
        ? `${whole(images)} of ${whole(config.training.totalImages)}: interrupted`
        : whole(images),
    ],
    ["batch", describeBatches(config)],
    ["seed", String(config.training.seed)],
    ["hours", `${hours.toFixed(2)}, beside other work`],
    ["machine", machine],
    [
      "differs from the preset",
      Object.entries(recipe.settings)
        .map(([key, value]) => `${key}=${value}`)
        .join(", ") || "in nothing",
    ],
  ];
  const model = JSON.stringify(config.model);
  return `${formatTable(["", ""], rows)}\n\nConfiguration of the model: \`${model}\``;
}

function describeConditions({ extractor, counts }: Report): string {
  const { real, generated } = counts;
  const sets =
    real === generated
      ? `${whole(real)} pictures of each kind`
      : `${whole(generated)} generated pictures and ${whole(real)} real ones`;
  return `Measured on pictures that were held out of training, with the features of ${extractor} and ${sets}; "FID" is the Fréchet distance of those features and compares with nothing else.`;
}

function describeChoice({ chosen, images }: RunDescription): string {
  if (chosen.score === undefined) return "The last checkpoint is shipped; none was chosen by a figure.";
  const { name, value } = chosen.score;
  return `The shipped checkpoint, after ${whole(chosen.images)} of ${whole(images)} images, had the best ${name} to training pictures (${digits(value)}): the choice has not seen what is reported here.`;
}

function formatFigures(
  figures: readonly Figure[],
  { shipped, last, untrained, floor }: Report,
  images: { best: number; last: number },
): string {
  const shown = figures.filter(({ path }) => shipped[path] !== undefined);
  const heads = ["", `shipped, ${whole(images.best)}`, `last, ${whole(images.last)}`, "untrained", "floor"];
  const columns: Numbers[] = [shipped, last, untrained, floor];
  return formatTable(
    heads,
    shown.map(({ path, title, isLessBetter }) => [
      `${title} (${isLessBetter ? "less" : "more"} is better)`,
      ...columns.map((numbers) => digits(numbers[path])),
    ]),
  );
}

/** What both frameworks come to after equally many images, where that was measured. */
function formatPeer({ quality }: CardContent): string[] {
  if (quality.length === 0) return [];
  const images = Math.max(...quality.map((row) => row.images));
  const rows = quality.filter((row) => row.images === images);
  const names = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
  const medianOf = (framework: string, name: string) => {
    const values = rows
      .filter((row) => row.framework === framework && name in row.figures)
      .map(({ figures }) => figures[name] as number);
    return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1];
  };
  const frameworks = ["ours", "torch"].filter((framework) => rows.some((row) => row.framework === framework));
  const table = formatTable(
    ["", ...names],
    frameworks.map((framework) => [
      framework === "ours" ? "this library" : "PyTorch",
      ...names.map((name) => digits(medianOf(framework, name))),
    ]),
  );
  return [
    `Beside PyTorch, with the same networks on the same pictures (\`${rows[0]?.case}\` in benchmarks/results/quality.json), after ${whole(images)} images, medians over seeds:`,
    table,
  ];
}
