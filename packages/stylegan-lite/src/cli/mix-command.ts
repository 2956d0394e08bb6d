import { composeTable } from "@gan/core";
import { writePicture } from "@gan/core/node";
import { dispose } from "@tensorflow/tfjs-core";
import { mixStyles } from "../tools/mix-styles.js";
import { renderStyles } from "../tools/render-styles.js";
import { selectLayers } from "../tools/select-layers.js";
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

interface MixFlags extends SourceFlags, TableFlags {
  rows: string;
  cols: string;
  levels: string;
}

/** `mix`: the style-mixing table, the sources along its edges. */
export const mixCommand: StyleCommand<MixFlags> = {
  usage: "mix",
  description: "a table of pictures between seeds: some levels' styles of the column, the others of the row",
  options: [
    {
      flags: "--rows <list>",
      description: "seeds, ranges and saved latents, such as 1-4,photo.safetensors",
      required: true,
    },
    { flags: "--cols <list>", description: "as --rows", required: true },
    {
      flags: "--levels <layers>",
      description: "what columns give: coarse, middle, fine, or layers such as 0-3",
      default: "coarse",
    },
    ...sourceOptions,
    ...tableOptions,
  ],
  async run({ flags, load }) {
    const [rows, columns] = [parseSources("--rows", flags.rows), parseSources("--cols", flags.cols)];
    const seedOptions = parseSourceFlags(flags);
    const table = parseTableFlags(flags);
    const { variant } = await load();
    const layers = selectLayers("--levels", flags.levels, variant.config.imageSize);
    const left = await openSources(variant, rows, seedOptions);
    const top = await openSources(variant, columns, seedOptions);
    const mixed = mixStyles(left.styles, top.styles, layers);
    const [images, rowHeads, columnHeads] = await Promise.all(
      [mixed, left.styles, top.styles].map((styles) => takeImages(renderStyles(variant, styles))),
    );
    dispose([mixed, left.styles, top.styles]);
    const picture = composeTable(images as NonNullable<typeof images>, {
      columns: top.names.length,
      rowHeads,
      columnHeads,
      rowLabels: left.names,
      columnLabels: top.names,
      ...table,
    });
    await writePicture(flags.out, picture);
    console.log(
      `${left.names.length} × ${top.names.length} pictures, layers ${layers.join(", ")} of the columns: ${flags.out}`,
    );
  },
};
