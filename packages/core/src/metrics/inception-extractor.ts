import { compileNetwork, createExtractor } from "./create-extractor.js";
import type { FeatureExtractor, ResizeMethod } from "./feature-extractor.js";
import type { FeatureNetwork } from "./networks/feature-network.js";
import { inceptionInputSize } from "./networks/inception.js";

/** What the extractor `inception` is made from. */
export interface InceptionOptions {
  /** From `createInception`; the extractor's to dispose. */
  network: FeatureNetwork;
  /** SHA-256 of its file of weights. */
  hash: string;
  resize: ResizeMethod;
}

/**
 * The extractor `inception`. Bytes become (x - 128) / 128, as TensorFlow's graph, clean-fid and torch-fidelity
 * have it; x / 127.5 - 1 after `legacy` resizing, as pytorch-fid does.
 */
export function createInceptionExtractor({ network, hash, resize }: InceptionOptions): FeatureExtractor {
  const middle = resize === "legacy" ? 127.5 : 128;
  const extractor = {
    name: "inception",
    weightsHash: hash,
    resize,
    inputSize: inceptionInputSize,
    channels: 3,
    batchSize: 16,
    mean: [middle, middle, middle],
    deviation: [middle, middle, middle],
  } as const;
  return createExtractor(extractor, compileNetwork(network, extractor));
}
