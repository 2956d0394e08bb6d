import {
  type BatchOptions,
  type BatchSource,
  listSetOptions,
  type PairBatch,
  type PairDataConfig,
  pairedBatches,
  type Random,
} from "@gan/core";
import type { OpenedData } from "@gan/core/cli";
import { type FolderPart, openPairSets } from "@gan/core/node";
import { datasets, openPairs } from "@gan/datasets";
import type { Pix2PixConfig } from "../config.js";

/** What {@link openPairData} opens, and for which network. */
export interface OpenPairDataOptions extends Pick<BatchOptions, "batchSize"> {
  /** Size and channels that pictures are brought to. */
  model: Pick<Pix2PixConfig, "imageSize" | "inputChannels" | "outputChannels">;
  /** Which pictures. */
  data: PairDataConfig;
  /** Decides the order of every epoch, and what part of each pair is seen. */
  random: Random;
  /** Hears of pictures that are left out. Default: nobody does. */
  onWarning?: (message: string) => void;
}

/** Held-out pairs in a batch, at most. */
const heldOutBatch = 8;

/**
 * Opens pairs to train on, and those held out where there are such: a named set's test part, or a folder's
 * `test` or `val`.
 *
 * @throws DataError when they cannot be read, or a picture has no partner.
 */
export async function openPairData(options: OpenPairDataOptions): Promise<OpenedData<PairBatch>> {
  const { data, batchSize, random } = options;
  const { crop, flip, strict } = data;
  const train = await openPart("train", options);
  if (train === undefined) throw new Error("unreachable: openPairSets gives pairs to train on or throws");
  const test = await openPart("test", { ...options, data: { ...data, loadSize: undefined } });
  const { imageSize } = options.model;
  const heldOut: BatchSource<PairBatch> | undefined =
    test &&
    pairedBatches(test.sets, {
      batchSize: Math.min(heldOutBatch, test.sets.input.count),
      imageSize,
      random: random.fork("heldOut"),
      strict,
    });
  return {
    ...pairedBatches(train.sets, { batchSize, imageSize, random, crop, flip, strict }),
    heldOut,
    skipped: train.skipped,
    close: async () => void (await Promise.all([train.close(), test?.close()])),
  };
}

/** Pairs of one part, in the size that the network's batches are cut from. */
export function openPart(part: FolderPart, options: Omit<OpenPairDataOptions, "random" | "batchSize">) {
  const { model, data, onWarning } = options;
  const { imageSize, inputChannels, outputChannels } = model;
  return openPairSets(data, {
    part,
    imageSize,
    inputChannels,
    targetChannels: outputChannels,
    ...(onWarning !== undefined && { onWarning }),
    async openNamed(name, split) {
      const known = datasets.descriptions.find((entry) => entry.name === name);
      if (split === "test" && known?.testPictures === undefined) return undefined;
      const part = known === undefined ? {} : { split }; // `<name>-test` says its own
      return openPairs(name, { ...listSetOptions(data, imageSize), ...part });
    },
  });
}
