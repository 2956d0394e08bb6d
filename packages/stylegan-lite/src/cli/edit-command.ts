import { multiplyDoubles } from "@gan/backend-ort";
import { ConfigError, composeTable } from "@gan/core";
import { parseWhole } from "@gan/core/cli";
import { writePicture } from "@gan/core/node";
import { concat, dispose } from "@tensorflow/tfjs-core";
import { editStyles } from "../tools/edit-styles.js";
import { renderStyles } from "../tools/render-styles.js";
import { selectLayers } from "../tools/select-layers.js";
import { computeStyleComponents, computeWeightDirections } from "../tools/style-directions.js";
import {
  parseSourceFlags,
  parseTableFlags,
  type SourceFlags,
  sourceOptions,
  type TableFlags,
  tableOptions,
  takeImages,
} from "./command-options.js";
import type { StyleCommand } from "./style-command.js";
import { openSources, parseSources } from "./style-sources.js";

interface EditFlags extends SourceFlags, TableFlags {
  seeds?: string;
  latent?: string[];
  method: "pca" | "sefa";
  components: string;
  range: string;
  steps: string;
  levels: string;
}

const methods = { pca: computeStyleComponents, sefa: computeWeightDirections } as const;
const names = { pca: "PCA", sefa: "SeFa" } as const;

/** `edit`: labelled strips along directions of w that nobody had to name. */
export const editCommand: StyleCommand<EditFlags> = {
  usage: "edit",
  description: "strips along the directions in which pictures change most",
  options: [
    { flags: "--seeds <list>", description: "pictures to change, such as 1-4" },
    { flags: "--latent <files...>", description: "more of them: saved latents" },
    {
      flags: "--method <name>",
      description: "principal components of w (GANSpace), or of the weights that read it (SeFa)",
      choices: ["pca", "sefa"],
      default: "pca",
    },
    { flags: "--components <number>", description: "directions, the strongest first", default: "3" },
    { flags: "--range <from:to>", description: "how far, in standard deviations of w", default: "-3:3" },
    { flags: "--steps <number>", description: "pictures in a strip", default: "7" },
    {
      flags: "--levels <layers>",
      description: "layers that change: coarse, middle, fine, all, or numbers such as 0-3",
      default: "all",
    },
    ...sourceOptions,
    ...tableOptions,
  ],
  async run({ flags, load }) {
    const sources = parseSources("--seeds", flags.seeds, flags.latent);
    const count = parseWhole("--components", flags.components, 1);
    const amounts = parseRange(flags.range, parseWhole("--steps", flags.steps, 2));
    const options = parseSourceFlags(flags);
    const table = parseTableFlags(flags);
    const { variant } = await load();
    const layers = selectLayers("--levels", flags.levels, variant.config.imageSize);
    const { label } = options;
    const found = await methods[flags.method](variant, { count, layers, label, multiply: multiplyDoubles });
    const opened = await openSources(variant, sources, options);
    const edited = found.map(({ vector, deviation }) =>
      editStyles(opened.styles, vector, { amounts: amounts.map((amount) => amount * deviation), layers }),
    );
    const all = concat(edited, 0);
    dispose(edited);
    opened.styles.dispose();
    const images = await takeImages(renderStyles(variant, all));
    all.dispose();
    const rowLabels = found.flatMap((_, index) =>
      opened.names.map(
        (name) => `${names[flags.method]} ${index + 1}${opened.names.length > 1 ? `: ${name}` : ""}`,
      ),
    );
    const picture = composeTable(images, {
      columns: amounts.length,
      rowLabels,
      columnLabels: amounts.map(formatAmount),
      ...table,
    });
    await writePicture(flags.out, picture);
    for (const [index, { share, deviation }] of found.entries()) {
      const of = flags.method === "pca" ? "w's variance" : "what the weights make of w";
      console.log(
        `${names[flags.method]} ${index + 1}: ${(100 * share).toFixed(1)} % of ${of}, w deviates ${deviation.toPrecision(3)}`,
      );
    }
    console.log(`${rowLabels.length} strips, layers ${layers.join(", ")}: ${flags.out}`);
  },
};

/** `-3:3` in so many even steps. */
function parseRange(text: string, steps: number): number[] {
  const [from, to, ...more] = text.split(":").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (
    more.length > 0 ||
    !Number.isFinite(from) ||
    !Number.isFinite(to) ||
    (from as number) >= (to as number)
  ) {
    throw new ConfigError(
      "stylegan-lite",
      `--range needs two numbers that go up, such as -3:3, got ${text}.`,
    );
  }
  const [first, last] = [from as number, to as number];
  return Array.from({ length: steps }, (_, step) => first + ((last - first) * step) / (steps - 1));
}

/** `-1.5`, `0`, `+3`. */
function formatAmount(amount: number): string {
  const rounded = Number(amount.toFixed(2));
  return rounded > 0 ? `+${rounded}` : String(rounded);
}
