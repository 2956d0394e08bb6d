import { maxPool, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import type { PerceptualNetwork } from "../perceptual-network.js";
import { NetworkWeights } from "./network-weights.js";
import { readTorchFilter } from "./torch-layers.js";
import { requireTensor, type WeightTensor, type WeightTensors } from "./weight-tensors.js";

/** A convolution of a backbone, with ReLU. */
interface BackboneLayer {
  /** Its place in torchvision's `features`. */
  readonly place: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  /** Side of the windows, two pixels apart, whose maxima come first. */
  readonly pool?: number;
  /** Whether LPIPS compares what comes out. */
  readonly compared: boolean;
}

const alex: readonly BackboneLayer[] = [
  { place: 0, outputs: 64, kernel: 11, stride: 4, padding: 2, compared: true },
  { place: 3, outputs: 192, kernel: 5, stride: 1, padding: 2, pool: 3, compared: true },
  { place: 6, outputs: 384, kernel: 3, stride: 1, padding: 1, pool: 3, compared: true },
  { place: 8, outputs: 256, kernel: 3, stride: 1, padding: 1, compared: true },
  { place: 10, outputs: 256, kernel: 3, stride: 1, padding: 1, compared: true },
];

/** Convolutions of VGG16 by stage: places in `features`, and channels. */
const vggStages: readonly { places: readonly number[]; outputs: number }[] = [
  { places: [0, 2], outputs: 64 },
  { places: [5, 7], outputs: 128 },
  { places: [10, 12, 14], outputs: 256 },
  { places: [17, 19, 21], outputs: 512 },
  { places: [24, 26, 28], outputs: 512 },
];

const vgg16: readonly BackboneLayer[] = vggStages.flatMap(({ places, outputs }, stage) =>
  places.map((place, index) => ({
    place,
    outputs,
    kernel: 3,
    stride: 1,
    padding: 1,
    ...(stage > 0 && index === 0 && { pool: 2 }),
    compared: index === places.length - 1,
  })),
);

const backbones = { alex, vgg16 };

/** Networks that LPIPS may compare with. */
export type BackboneName = keyof typeof backbones;

/** What a {@link PerceptualNetwork} is made from. */
export interface PerceptualNetworkOptions {
  name: BackboneName;
  /** torchvision's weights of AlexNet or VGG16; only `features.` is used. */
  weights: WeightTensors;
  /** What to call them in errors. */
  source: string;
  weightsHash: string;
  /** [layers][channels] */
  channelWeights: readonly Float32Array[];
}

/** Channels of each layer that is compared. */
export const comparedChannels = (name: BackboneName): readonly number[] =>
  backbones[name].filter(({ compared }) => compared).map(({ outputs }) => outputs);

/**
 * AlexNet or VGG16 up to the last layer that LPIPS compares.
 *
 * @throws DataError when the weights are another network's.
 */
export function createPerceptualNetwork(options: PerceptualNetworkOptions): PerceptualNetwork {
  const { name, weights, source, weightsHash, channelWeights } = options;
  const layers = backbones[name];
  const read = new Map<string, WeightTensor>();
  let inputs = 3;
  for (const { place, outputs, kernel } of layers) {
    const filter = `features.${place}.weight`;
    read.set(
      filter,
      readTorchFilter({ tensors: weights, source }, filter, [outputs, inputs, kernel, kernel]),
    );
    const bias = `features.${place}.bias`;
    read.set(bias, requireTensor(weights, bias, source, [outputs]));
    inputs = outputs;
  }
  const owned = new NetworkWeights(read);
  return {
    name,
    weightsHash,
    channelWeights,
    activations: (images) =>
      tidy(() => {
        const compared: Tensor4D[] = [];
        let x = images;
        for (const layer of layers) {
          const { place, stride, padding, pool } = layer;
          if (pool !== undefined) x = maxPool(x, pool, 2, "valid");
          x = owned.convolve(x, `features.${place}`, { stride, padding });
          if (layer.compared) compared.push(x);
        }
        return compared;
      }),
    dispose: () => owned.dispose(),
  };
}
