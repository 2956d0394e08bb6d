import {
  type BatchOptions,
  type BatchSource,
  type DomainDataConfig,
  listSetOptions,
  type Random,
  type UnpairedBatch,
  unpairedBatches,
} from "@gan/core";
import type { OpenedData } from "@gan/core/cli";
import { type FolderPart, openDomainSets } from "@gan/core/node";
import { datasets, openDomains } from "@gan/datasets";
import type { CycleGanConfig } from "../config.js";

/** What {@link openDomainData} opens, and for which networks. */
export interface OpenDomainDataOptions extends Pick<BatchOptions, "batchSize"> {
  /** Size and channels that pictures are brought to. */
  model: Pick<CycleGanConfig, "imageSize" | "channels">;
  /** Which pictures. */
  data: DomainDataConfig;
  /** Decides the order of every epoch, and what part of each picture is seen. */
  random: Random;
  /** Hears of pictures that are left out. Default: nobody does. */
  onWarning?: (message: string) => void;
}

/** Held-out pictures of a domain in a batch, at most. */
const heldOutBatch = 8;

/**
 * Opens two domains to train on, and what is held out of them where there is such: a named set's test part,
 * or a folder's testA and testB.
 *
 * @throws DataError when they cannot be read, or a domain is empty.
 */
export async function openDomainData(options: OpenDomainDataOptions): Promise<OpenedData<UnpairedBatch>> {
  const { data, batchSize, random, model } = options;
  const { imageSize } = model;
  const { crop, flip, strict } = data;
  const train = await openPart("train", options);
  if (train === undefined) throw new Error("unreachable: openDomainSets gives domains to train on or throws");
  const test = await openPart("test", { ...options, data: { ...data, loadSize: undefined } });
  const heldOut: BatchSource<UnpairedBatch> | undefined =
    test &&
    unpairedBatches(test.sets, {
      batchSize: Math.min(heldOutBatch, test.sets.a.count, test.sets.b.count),
      imageSize,
      random: random.fork("heldOut"),
      strict,
    });
  return {
    ...unpairedBatches(train.sets, { batchSize, imageSize, random, crop, flip, strict }),
    heldOut,
    skipped: train.skipped,
    close: async () => void (await Promise.all([train.close(), test?.close()])),
  };
}

/** Both domains of one part, in the size that the networks' batches are cut from. */
export function openPart(
  part: FolderPart,
  { model, data, onWarning }: Omit<OpenDomainDataOptions, "random" | "batchSize">,
) {
  return openDomainSets(data, {
    part,
    imageSize: model.imageSize,
    channels: model.channels,
    ...(onWarning !== undefined && { onWarning }),
    async openNamed(name, split) {
      const known = datasets.descriptions.find((entry) => entry.name === name);
      if (split === "test" && known?.testPictures === undefined) return undefined;
      const part = known === undefined ? {} : { split }; // `<name>-test` says its own
      return openDomains(name, { ...listSetOptions(data, model.imageSize), ...part });
    },
  });
}

/** The hidden pairing of a named set's test part, to score with; undefined where there is none. */
export async function findPartners({ name }: DomainDataConfig): Promise<ArrayLike<number> | undefined> {
  const known = datasets.descriptions.find((entry) => entry.name === name);
  if (name === undefined || known?.testPictures === undefined) return undefined;
  return (await openDomains(name, { split: "test" })).partners;
}
