import { extname, join } from "node:path";
import { ConfigError, toPixelImages } from "@gan/core";
import { parseFrameRate, parseWhole } from "@gan/core/cli";
import { writeAnimation, writeGrid, writePicture } from "@gan/core/node";
import type { LayeredStyles } from "../layered-styles.js";
import type { StyleganLite } from "../stylegan-lite.js";
import { drawSeedLatents, mapToLayers, renderStyles, type SeedOptions } from "../tools/render-styles.js";
import { planWalk, type WalkPlace, walkLatents, walkStyles } from "../tools/walk-styles.js";
import { checkPictureName, parseSourceFlags, type SourceFlags, sourceOptions } from "./command-options.js";
import type { StyleCommand } from "./style-command.js";
import { openSources, parseSources, type StyleSource } from "./style-sources.js";

interface InterpolateFlags extends SourceFlags {
  seeds?: string;
  latent?: string[];
  space: "z" | "w";
  steps: string;
  framesPerSecond: string;
  out: string;
}

/** `interpolate`: the way from picture to picture as an animation, frames or a strip. */
export const interpolateCommand: StyleCommand<InterpolateFlags> = {
  usage: "interpolate",
  description: "the way from picture to picture: an animation, frames or a strip",
  options: [
    { flags: "--seeds <list>", description: "the stops, such as 1-4,20" },
    { flags: "--latent <files...>", description: "more stops: saved latents" },
    {
      flags: "--space <z|w>",
      description: "on the great circle between latents, or on the straight line between styles",
      choices: ["z", "w"],
      default: "w",
    },
    { flags: "--steps <number>", description: "from each stop to the next", default: "16" },
    { flags: "--frames-per-second <number>", description: "of the animation", default: "12" },
    {
      flags: "--out <path>",
      description:
        "an animation that comes back to its beginning when it ends in .webp, a strip in .png or .jpg, else a folder of frames",
      required: true,
    },
    ...sourceOptions,
  ],
  async run({ flags, load }) {
    const sources = parseSources("--seeds", flags.seeds, flags.latent);
    const steps = parseWhole("--steps", flags.steps, 1);
    const framesPerSecond = parseFrameRate(flags.framesPerSecond);
    const options = parseSourceFlags(flags);
    const ending = extname(flags.out).toLowerCase();
    const form = ending === ".webp" ? "loop" : ending === "" ? "path" : "rows";
    if (form === "rows") checkPictureName(flags.out);
    const seeds = flags.space === "z" ? seedsOf(sources) : undefined;
    planWalk(sources.length, steps, form); // refuses a single stop before anything is loaded
    const { variant } = await load();
    const styles = seeds
      ? await walkSeeds(variant, seeds, (stops) => planWalk(stops, steps, form), options)
      : await walkSources(variant, sources, (stops) => planWalk(stops, steps, form), options);
    const images = renderStyles(variant, styles);
    styles.dispose();
    if (form === "rows") await writeGrid(flags.out, images, steps + 1);
    else {
      const frames = await toPixelImages(images);
      if (form === "loop") await writeAnimation(flags.out, frames, framesPerSecond);
      else {
        for (const [index, frame] of frames.entries()) {
          await writePicture(join(flags.out, `${String(index).padStart(4, "0")}.png`), frame);
        }
      }
    }
    const count = images.shape[0];
    images.dispose();
    console.log(`${count} pictures in ${flags.space}: ${flags.out}`);
  },
};

function seedsOf(sources: readonly StyleSource[]): number[] {
  return sources.map((source) => {
    if ("seed" in source) return source.seed;
    throw new ConfigError(
      "stylegan-lite",
      `saved latents are styles: --space z has no place for ${source.file}. Use --space w.`,
    );
  });
}

type Plan = (stops: number) => WalkPlace[];

async function walkSeeds(
  variant: StyleganLite,
  seeds: readonly number[],
  plan: Plan,
  options: SeedOptions,
): Promise<LayeredStyles> {
  const stops = drawSeedLatents(variant, seeds);
  const latents = await walkLatents(stops, plan(seeds.length));
  const styles = mapToLayers(variant, latents, options);
  stops.dispose();
  latents.dispose();
  return styles;
}

async function walkSources(
  variant: StyleganLite,
  sources: readonly StyleSource[],
  plan: Plan,
  options: SeedOptions,
): Promise<LayeredStyles> {
  const stops = await openSources(variant, sources, options);
  const styles = walkStyles(stops.styles, plan(stops.names.length));
  stops.styles.dispose();
  return styles;
}
