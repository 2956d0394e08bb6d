import { extname } from "node:path";
import { ConfigError, composeTable, DataError, type FeatureExtractor, type PictureFit } from "@gan/core";
import { createCountBar, parseWhole } from "@gan/core/cli";
import { loadExtractor, writePicture } from "@gan/core/node";
import { concat, type Tensor4D } from "@tensorflow/tfjs-core";
import { loadEncoder } from "../node/encoder-files.js";
import { openPicture } from "../node/open-picture.js";
import { saveStyles } from "../node/style-files.js";
import { type Projection, projectPictures } from "../tools/project-pictures.js";
import { renderStyles } from "../tools/render-styles.js";
import { parseTableFlags, type TableFlags, tableOptions, takeImages } from "./command-options.js";
import type { StyleCommand } from "./style-command.js";

interface ProjectFlags extends TableFlags {
  latent?: string;
  space: "w" | "w+";
  steps: string;
  start?: "encoder" | "mean";
  extractor?: string;
  fit?: PictureFit;
  background?: string;
  seed: string;
  class?: string;
  json?: boolean;
}

/** Compares pixels alone. */
const noExtractor = "pixels";
/** What is compared unless somebody says. */
const defaultExtractor = "efficientnet-lite0";

/** `project`: the style of a picture that the model did not make. */
export const projectCommand: StyleCommand<ProjectFlags> = {
  usage: "project <picture>",
  description: "find the style that gives a picture again, for mix, edit, interpolate and generate --latent",
  options: [
    ...tableOptions.map((option) =>
      option.flags.startsWith("--out")
        ? { ...option, description: "the picture beside what was found: .png, .webp or .jpg" }
        : option,
    ),
    {
      flags: "--latent <file>",
      description: "where the style is saved; default: --out's name, .safetensors",
    },
    {
      flags: "--space <w|w+>",
      description: "one style, easier to edit, or one for each layer, nearer to the picture",
      choices: ["w", "w+"],
      default: "w+",
    },
    { flags: "--steps <number>", description: "in w, and again as many in w+", default: "200" },
    {
      flags: "--start <where>",
      description: "default: by the run's encoder where there is one, else at the mean",
      choices: ["encoder", "mean"],
    },
    {
      flags: "--extractor <name>",
      description: `network whose features are compared, or ${noExtractor}; default: ${defaultExtractor} where it is installed`,
    },
    {
      flags: "--fit <how>",
      description: "brings a picture of another size to the model's; default: it is refused",
      choices: ["cover", "contain", "stretch"],
    },
    {
      flags: "--background <colour>",
      description: "beneath transparent pixels; default: that of the training, else they are refused",
    },
    { flags: "--seed <number>", description: "of the noise on w", default: "0" },
    { flags: "--class <number>", description: "the picture's class, where the model knows classes" },
    { flags: "--json", description: "for machines" },
  ],
  async run({ args, flags, load }) {
    const steps = parseWhole("--steps", flags.steps, 1);
    const seed = parseWhole("--seed", flags.seed, 0);
    const label = flags.class === undefined ? undefined : parseWhole("--class", flags.class, 0);
    const table = parseTableFlags(flags);
    const latent = flags.latent ?? `${flags.out.slice(0, -extname(flags.out).length)}.safetensors`;
    const { variant, config, folder, imagesSeen } = await load();
    const background = flags.background ?? config.data.background;
    const target = await openPicture(args[0] as string, variant.config, { fit: flags.fit, background });
    const loaded = flags.start === "mean" ? undefined : await loadEncoder(folder, variant.config);
    if (loaded === undefined && flags.start === "encoder") {
      throw new ConfigError(
        "stylegan-lite",
        `${folder} has no encoder. Train one: gan-stylegan-lite train-encoder --from <run>`,
      );
    }
    if (loaded === undefined && flags.start === undefined) {
      console.error("Note: the run has no encoder, so the search begins at the mean. See train-encoder.");
    }
    if (loaded !== undefined && loaded.imagesSeen !== imagesSeen) {
      console.error(
        `Note: the encoder was trained for the model after ${loaded.imagesSeen} images, not ${imagesSeen}. Train it again for a better start.`,
      );
    }
    const extractor = await chooseExtractor(flags.extractor, variant.config.channels);
    const bar = createCountBar(process.stderr, "steps");
    let found: Projection;
    try {
      found = await projectPictures(variant, target, {
        extractor,
        encoder: loaded?.encoder,
        steps,
        seed,
        label,
        space: flags.space,
        onProgress: (done, count) => bar.show(done, count),
      });
    } finally {
      bar.stop();
      extractor?.dispose();
      loaded?.encoder.dispose();
    }
    const { styles, inW, start, distances, startedBy, compared } = found;
    const columns: [string, Tensor4D][] = [
      ["picture", target],
      [startedBy, renderStyles(variant, start)],
      ["w", renderStyles(variant, inW)],
      ...(flags.space === "w+" ? [["w+", renderStyles(variant, styles)] as [string, Tensor4D]] : []),
    ];
    const all = concat(columns.map(([, images]) => images));
    const picture = composeTable(await takeImages(all), {
      columns: columns.length,
      columnLabels: columns.map(([name]) => name),
      ...table,
    });
    await writePicture(flags.out, picture);
    await saveStyles(latent, variant, styles);
    for (const tensor of [...columns.map(([, images]) => images), styles, inW, start]) tensor.dispose();
    const one = (list: number[]) => list[0] as number;
    const report = {
      compared,
      startedBy,
      space: flags.space,
      steps,
      distances: {
        mean: one(distances.mean),
        start: one(distances.start),
        w: one(distances.inW),
        end: one(distances.end),
      },
      picture: flags.out,
      latent,
    };
    if (flags.json) {
      console.log(JSON.stringify(report));
      return;
    }
    const round = (value: number) => value.toPrecision(3);
    const { mean, start: first, end } = report.distances;
    console.log(
      `distance in ${compared === noExtractor ? compared : `${compared} and pixels`}: ${round(mean)} at the mean, ${startedBy === "encoder" ? `${round(first)} by the encoder, ` : ""}${round(end)} found: ${flags.out}, ${latent}`,
    );
  },
};

/** The network that flags name; pixels alone where it is not installed and nobody asked for it. */
async function chooseExtractor(
  name: string | undefined,
  channels: number,
): Promise<FeatureExtractor | undefined> {
  if (name === noExtractor) return undefined;
  if (name !== undefined) return loadExtractor(name);
  if (channels === 4) {
    console.error("Note: no network compares pictures with alpha, so pixels alone are compared.");
    return undefined;
  }
  try {
    return await loadExtractor(defaultExtractor);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    console.error(`Note: pixels alone are compared, since ${error.message}`);
    return undefined;
  }
}
