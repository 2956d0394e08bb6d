import { ConfigError } from "@gan/core";
import { createCountBar, parseWhole } from "@gan/core/cli";
import { saveEncoder } from "../node/encoder-files.js";
import { trainEncoder } from "../tools/train-encoder.js";
import type { StyleCommand } from "./style-command.js";

interface TrainEncoderFlags {
  images: string;
  batch: string;
  seed: string;
}

/** Steps over which the last figure is taken. */
const judgedSteps = 50;

/** `train-encoder`: the network from picture to style that `project` starts with. */
export const trainEncoderCommand: StyleCommand<TrainEncoderFlags> = {
  usage: "train-encoder",
  description:
    "train a small network from picture to style, with which project starts, and put it into the run",
  options: [
    { flags: "--images <number>", description: "pictures of the model to learn from", default: "100000" },
    { flags: "--batch <number>", description: "pictures in a step", default: "32" },
    { flags: "--seed <number>", description: "of weights and pictures", default: "0" },
  ],
  async run({ flags, load }) {
    const totalImages = parseWhole("--images", flags.images, 1);
    const batchSize = parseWhole("--batch", flags.batch, 1);
    const seed = parseWhole("--seed", flags.seed, 0);
    const { from } = flags;
    if (from === undefined) {
      throw new ConfigError(
        "stylegan-lite",
        "the encoder is put into a run: give --from and the run's folder.",
      );
    }
    const { variant, imagesSeen } = await load();
    const bar = createCountBar(process.stderr, "pictures");
    const last: number[] = [];
    try {
      const encoder = await trainEncoder(variant, {
        totalImages,
        batchSize,
        seed,
        onProgress(done, total, unexplained) {
          bar.show(Math.min(done, total), total);
          last.push(unexplained);
          if (last.length > judgedSteps) last.shift();
        },
      });
      const path = await saveEncoder(from, encoder, imagesSeen);
      encoder.dispose();
      const mean = last.reduce((sum, value) => sum + value, 0) / last.length;
      bar.stop();
      console.log(`explains ${(100 * (1 - mean)).toFixed(1)} % of the styles' variance: ${path}`);
    } finally {
      bar.stop();
    }
  },
};
